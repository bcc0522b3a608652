#include "tests/process/orders.hpp"

#include "gateway/base/time_text.hpp"

#include <fmt/format.h>

#include <random>

namespace gatehouse::proof {
namespace {

// Between the gateway's last look at the deadline and the simulator's time stamp lie two process switches on
// a loaded machine.
constexpr std::int64_t slack_ns = 400'000'000;
// The next order for a device keeps so far from the one before that slack cannot mix them up.
constexpr std::int64_t apart_ns = 2 * slack_ns;

base::WallTime wall_time(std::int64_t ns)
{
    return base::WallTime(std::chrono::duration_cast<base::WallTime::duration>(std::chrono::nanoseconds(ns)));
}

} // namespace

std::int64_t wall_ns()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::string order_id()
{
    constexpr std::string_view letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static std::mt19937_64 draw(std::random_device{}());
    std::string id = "01K";
    while (id.size() < 26)
        id += letters[draw() % letters.size()];
    return id;
}

std::string order_topic(const std::string& name)
{
    return "gh/v1/proof/gw1/cmd/" + name;
}

std::string order_document(const OrderText& text)
{
    const auto now = wall_ns();
    const auto expires = now + std::chrono::nanoseconds(text.lasts).count();
    const auto zone = std::chrono::minutes(480);
    return fmt::format(
        R"({{"specversion":"1.0","id":"{}","source":"/centre/duty-3","type":"cn.gatehouse.cmd.{}.v1","time":"{}",)"
        R"("datacontenttype":"application/json","data":{{"args":{{"device":"{}"}},"operator":"duty-3",)"
        R"("reason":"proof","expires":"{}","replyto":"{}"}}}})",
        text.id, text.name, base::format_time(wall_time(now), zone), text.device,
        base::format_time(wall_time(expires), zone), text.reply_to);
}

std::optional<Order> OrderBook::give(Centre& centre, const std::vector<std::string>& devices)
{
    const auto now = wall_ns();
    for (const auto& device : devices) {
        bool alive = false;
        for (const auto& order : orders_)
            alive = alive || (order.device == device && now < order.expires_ns + apart_ns);
        if (alive) continue;
        OrderText text;
        text.id = order_id();
        text.device = device;
        last_text_ = order_document(text);
        centre.publish(order_topic(), last_text_);
        orders_.push_back({text.id, device, now, now + std::chrono::nanoseconds(text.lasts).count()});
        return orders_.back();
    }
    return std::nullopt;
}

void OrderBook::repeat_last(Centre& centre) const
{
    if (!last_text_.empty()) centre.publish(order_topic(), last_text_);
}

const Order* OrderBook::order_of(const WireCommand& command) const
{
    for (const auto& order : orders_)
        if (order.device == command.device && command.wall_ns >= order.sent_ns &&
            command.wall_ns <= order.expires_ns + slack_ns)
            return &order;
    return nullptr;
}

std::vector<std::string> OrderBook::complaints(const Truth& truth) const
{
    std::vector<std::string> out;
    std::map<std::string, int> opened;
    for (const auto& command : truth.commands) {
        const auto* order = order_of(command);
        if (order == nullptr)
            out.push_back(fmt::format("{} {} at {} without a living order", command.device, command.action,
                                      command.wall_ns));
        else if (++opened[order->id] > 1)
            out.push_back("order " + order->id + " moved " + command.device + " more than once");
    }
    return out;
}

std::size_t OrderBook::opened(const Truth& truth) const
{
    std::set<std::string> ids;
    for (const auto& command : truth.commands)
        if (const auto* order = order_of(command)) ids.insert(order->id);
    return ids.size();
}

} // namespace gatehouse::proof
