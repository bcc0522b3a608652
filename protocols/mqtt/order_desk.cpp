#include "protocols/mqtt/order_desk.hpp"

#include "gateway/base/log.hpp"
#include "gateway/model/order_life.hpp"

#include <algorithm>

namespace gatehouse::mqtt {
namespace {

constexpr std::size_t running_max = 32;
constexpr auto slow_after = std::chrono::seconds(2);
constexpr std::size_t kept_max = 32;
constexpr auto unbounded_life = std::chrono::seconds(30); // of the reply to an order without a deadline

} // namespace

struct OrderDesk::Progress {
    bool done = false;
};

OrderDesk::OrderDesk(upstream::SinkContext& context, const Config& config, std::string name,
                     model::UlidSource& ids, Publish publish)
    : context_(context), config_(config), name_(std::move(name)), ids_(ids), publish_(std::move(publish)),
      topics_(context.names), tasks_(context.executor),
      taken_(context.metrics.counter("gatehouse_upstream_orders_total", "orders taken from upstream",
                                     {{"upstream", name_}})),
      refused_(context.metrics.counter("gatehouse_upstream_orders_refused_total",
                                       "orders refused before they were carried out", {{"upstream", name_}})),
      overflowed_(context.metrics.counter("gatehouse_upstream_orders_dropped_total",
                                          "messages dropped because too many came at once",
                                          {{"upstream", name_}})),
      replies_dropped_(context.metrics.counter("gatehouse_upstream_replies_dropped_total",
                                               "replies to orders that found no link before the deadline",
                                               {{"upstream", name_}}))
{
}

OrderDesk::~OrderDesk() = default;

void OrderDesk::take(Incoming incoming)
{
    const OrderPolicy policy{.origin = "mqtt:" + name_,
                             .allowed_operators = config_.allowed_operators,
                             .clock_synced = !context_.clock_synced || context_.clock_synced(),
                             .now = context_.clock.wall(),
                             .utc_offset = context_.names.utc_offset};
    auto order = read_order(incoming, topics_, policy);
    if (!order.refusal && running_ >= running_max) {
        order.refusal = model::Outcome{.status = model::Status::rejected,
                                       .code = "overloaded",
                                       .text = "too many orders at once",
                                       .took_ms = -1,
                                       .at = policy.now};
    }
    if (order.refusal) return refuse(order);
    taken_.add();
    ++running_;
    tasks_.spawn("mqtt order", carry_out(std::move(order)));
}

// Nobody knows what they said: one line in the log and one in the audit for all of them.
void OrderDesk::overflowed(std::size_t count)
{
    overflowed_.add(count);
    base::log::warn("orders from upstream dropped, too many at once", base::kv("upstream", name_),
                    base::kv("count", count));
    if (!context_.on_refused) return;
    model::Command unread;
    unread.origin = "mqtt:" + name_;
    unread.issued_at = context_.clock.wall();
    const model::Outcome outcome{.status = model::Status::rejected,
                                 .code = "overloaded",
                                 .text = std::to_string(count) + " messages dropped, too many at once",
                                 .took_ms = -1,
                                 .at = unread.issued_at};
    context_.on_refused(unread, outcome);
}

void OrderDesk::refuse(const Order& order)
{
    refused_.add();
    base::log::warn("order from upstream refused", base::kv("upstream", name_),
                    base::kv("code", order.refusal->code));
    if (context_.on_refused) context_.on_refused(order.command, *order.refusal);
    reply(order, *order.refusal, true);
}

asio::awaitable<void> OrderDesk::carry_out(Order order)
{
    const auto progress = std::make_shared<Progress>();
    if (!order.reply_to.empty()) tasks_.spawn("mqtt slow order", announce_if_slow(progress, order));
    model::Command command = order.command;
    std::exception_ptr failure;
    model::Outcome outcome;
    try {
        outcome = co_await context_.on_command(std::move(command));
    } catch (...) {
        failure = std::current_exception();
    }
    progress->done = true;
    --running_;
    if (failure) std::rethrow_exception(failure);
    reply(order, outcome, true);
}

asio::awaitable<void> OrderDesk::announce_if_slow(std::shared_ptr<Progress> progress, Order order)
{
    co_await context_.clock.sleep_for(slow_after);
    if (progress->done) co_return;
    const model::Outcome outcome{.status = model::Status::accepted,
                                 .code = {},
                                 .text = "in progress",
                                 .took_ms = -1,
                                 .at = context_.clock.wall()};
    reply(order, outcome, false);
}

void OrderDesk::reply(const Order& order, const model::Outcome& outcome, bool final)
{
    if (order.reply_to.empty()) return;
    const Stamp stamp{.id = ids_.next(), .at = context_.clock.wall()};
    const Reply reply{
        .command_id = order.command.id, .device = order.command.device, .outcome = outcome, .final = final};
    const auto expires = order.command.expires;
    auto life = std::chrono::milliseconds(unbounded_life);
    if (expires != base::WallTime{})
        life = std::min(expires - stamp.at, base::WallTime::duration(model::metal_life_max));
    hand_over({.topic = order.reply_to,
               .payload = reply_document(context_.names, stamp, reply),
               .correlation = order.correlation,
               .until = context_.clock.now() + life});
}

void OrderDesk::hand_over(Answered answer)
{
    publish_(answer.topic, answer.payload, answer.correlation, [this, answer](bool taken) {
        if (!taken) keep(answer);
    });
}

void OrderDesk::keep(Answered answer)
{
    if (answer.until <= context_.clock.now()) return replies_dropped_.add();
    if (kept_.size() >= kept_max) {
        replies_dropped_.add();
        kept_.pop_front();
    }
    kept_.push_back(std::move(answer));
}

void OrderDesk::link_up()
{
    auto kept = std::exchange(kept_, {});
    for (auto& answer : kept) {
        if (answer.until > context_.clock.now())
            hand_over(std::move(answer));
        else
            replies_dropped_.add();
    }
}

asio::awaitable<void> OrderDesk::stop(std::chrono::milliseconds limit)
{
    const auto deadline = context_.clock.now() + limit;
    while (running_ > 0 && context_.clock.now() < deadline)
        co_await context_.clock.sleep_for(std::chrono::milliseconds(20));
    tasks_.cancel();
    co_await tasks_.join();
}

} // namespace gatehouse::mqtt
