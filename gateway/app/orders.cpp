// Orders that the gateway carries out itself (protocols/mqtt-upstream.md §5); all others are a device's.
#include "gateway/access/list_push.hpp"
#include "gateway/app/parts.hpp"
#include "gateway/base/log.hpp"

#include <boost/asio/co_spawn.hpp>

namespace gatehouse::app {
namespace {

namespace log = base::log;
using model::Status;

constexpr std::size_t rejected_named_max = 20; // of entries that were not taken: a reply has 8 KiB

asio::awaitable<access::PushPlan>
plan_on_worker(access::ListPush push, std::vector<store::Credential> existing, access::CsvOptions options)
{
    co_return access::plan(push, std::move(existing), std::move(options));
}

asio::awaitable<std::string> write_on_worker(std::vector<store::Credential> entries,
                                             std::chrono::minutes utc_offset)
{
    co_return access::write_list(entries, utc_offset);
}

// No plate: whoever has sent them knows them by their place.
std::string words_of(const access::ListPush& push, const access::PushPlan& plan)
{
    std::map<std::string, std::size_t> counts;
    for (const auto& result : plan.results)
        ++counts[result];
    auto text = push.list + ": " + std::to_string(plan.entries.size()) + " entries";
    for (const auto& [result, count] : counts)
        text += ", " + std::to_string(count) + " " + result;
    if (plan.dropped > 0) text += ", " + std::to_string(plan.dropped) + " dropped";
    for (std::size_t i = 0; i < std::min(plan.rejected.size(), rejected_named_max); ++i)
        text += "; entry " + std::to_string(plan.rejected[i].line) + ": " + plan.rejected[i].text;
    return text;
}

} // namespace

void Parts::register_handlers()
{
    using model::Action;
    commands->handle(Action::ping, [this](model::Command order) { return pong(std::move(order)); });
    commands->handle(Action::alert_ack,
                     [this](model::Command order) { return ack_by_order(std::move(order)); });
    commands->handle(Action::log_level,
                     [this](model::Command order) { return change_log_level(std::move(order)); });
    for (const auto action : {Action::arm, Action::disarm})
        commands->handle(action, [this](model::Command order) { return arm_by_order(std::move(order)); });
    commands->handle(Action::list_push, [this](model::Command order) { return push_list(std::move(order)); });
    commands->handle(Action::snapshot,
                     [this](model::Command order) { return take_picture(std::move(order)); });
}

model::Outcome Parts::outcome(Status status, std::string code, std::string text) const
{
    model::Outcome made;
    made.status = status;
    made.code = std::move(code);
    made.text = std::move(text);
    made.at = ports.clock.wall();
    return made;
}

asio::awaitable<model::Outcome> Parts::pong(model::Command)
{
    co_return outcome(Status::confirmed, "", "alive");
}

asio::awaitable<model::Outcome> Parts::ack_by_order(model::Command order)
{
    const auto id = order.args.find("alert_id");
    if (id == order.args.end())
        co_return outcome(Status::rejected, "bad_arguments", "args.alert_id is missing");
    alert::Order taken;
    taken.id = id->second;
    taken.verb = "ack";
    taken.actor = order.operator_name;
    taken.role = model::Role::centre;
    taken.channel = order.origin;
    taken.note = order.reason;
    const auto done = co_await alerts->carry_out(std::move(taken));
    if (!done) co_return outcome(Status::failed, "alert", done.error().message());
    co_return outcome(Status::confirmed, "", "acknowledged");
}

asio::awaitable<model::Outcome> Parts::change_log_level(model::Command order)
{
    const auto wanted = order.args.find("level");
    auto level = log::Level::info;
    if (wanted == order.args.end() || !log::parse_level(wanted->second, level))
        co_return outcome(Status::rejected, "bad_arguments", "args.level must be debug, info, warn or error");
    log::set_level(level);
    co_return outcome(Status::confirmed, "", "log level " + wanted->second);
}

// Nothing: the order names what is configured, or nothing in particular.
std::optional<model::Outcome> Parts::unknown_target(const model::Command& order) const
{
    if (!order.lane.empty() && lane(order.lane) == nullptr)
        return outcome(Status::rejected, "lane_unknown", "no such lane");
    if (!order.device.empty() && !supervisor->status(order.device))
        return outcome(Status::rejected, "device_unknown", "no such device");
    return std::nullopt;
}

// args.listening is not about alarms: it sets up, or takes back, that a device posts to us.
asio::awaitable<model::Outcome> Parts::arm_by_order(model::Command order)
{
    if (auto unknown = unknown_target(order)) co_return std::move(*unknown);
    const bool of_device = order.args.contains("listening") && !order.device.empty();
    auto work = of_device ? supervisor->execute(std::move(order)) : arming->carry_out(std::move(order));
    co_return co_await std::move(work);
}

// The camera of a lane is its first reader. Some give a picture, some take one that comes as an event.
asio::awaitable<model::Outcome> Parts::take_picture(model::Command order)
{
    if (auto unknown = unknown_target(order)) co_return std::move(*unknown);
    if (const auto* named = lane(order.lane); named != nullptr && !named->readers.empty())
        order.device = named->readers.front();
    if (order.device.empty())
        co_return outcome(Status::rejected, "bad_arguments", "args.device or args.lane says which camera");
    co_return co_await supervisor->execute(std::move(order));
}

// ---- list-push ----

asio::awaitable<model::Outcome> Parts::push_list(model::Command order)
{
    auto read = access::read_push(order.args, site.utc_offset);
    if (!read.flaw.empty()) co_return outcome(Status::rejected, "bad_arguments", read.flaw);
    // The list is read, changed and written back: one at a time.
    if (pushing_list) co_return outcome(Status::rejected, "busy", "another push is under way");
    struct Turn {
        bool& taken;
        ~Turn() { taken = false; }
    };
    pushing_list = true;
    const Turn turn{pushing_list};
    const auto actor = order.operator_name + " (" + order.origin + ")";
    co_return co_await change_list(std::move(read.push), actor);
}

asio::awaitable<model::Outcome> Parts::change_list(access::ListPush push, std::string actor)
{
    access::EntryFilter filter;
    filter.type = store::Credential::Type::plate;
    filter.list = push.list;
    auto page = co_await lists->select(std::move(filter));
    if (!page) co_return outcome(Status::failed, "store", page.error().message());
    access::CsvOptions options;
    options.utc_offset = site.utc_offset;
    for (const auto& known : site.lanes)
        options.lanes.push_back(known.id);
    auto planning = plan_on_worker(push, std::move(page->entries), std::move(options));
    const auto plan = co_await asio::co_spawn(worker_executor(), std::move(planning), asio::use_awaitable);
    auto told = words_of(push, plan);
    const bool whole = plan.rejected.empty();
    // A list without the entry that could not be read would keep somebody out, or let somebody in.
    if (!whole && push.mode == access::ListPush::Mode::replace)
        co_return outcome(Status::failed, "entries_rejected", "nothing was changed; " + told);
    if (plan.changes()) {
        auto problem = co_await write_pushed(push, plan.entries, std::move(actor));
        if (!problem.empty()) co_return outcome(Status::failed, "list", std::move(problem));
    }
    co_return outcome(whole ? Status::confirmed : Status::failed, whole ? "" : "entries_rejected",
                      std::move(told));
}

// Empty, or why the list is as it was.
asio::awaitable<std::string> Parts::write_pushed(const access::ListPush& push,
                                                 std::vector<store::Credential> entries, std::string actor)
{
    auto writing = write_on_worker(std::move(entries), site.utc_offset);
    access::ImportRequest request;
    request.csv = co_await asio::co_spawn(worker_executor(), std::move(writing), asio::use_awaitable);
    request.actor = std::move(actor);
    request.type = store::Credential::Type::plate;
    request.list = push.list;
    const auto report = co_await lists->import(std::move(request));
    if (!report) co_return report.error().message();
    if (!report->imported)
        co_return report->errors.empty() ? std::string("nothing was taken") : report->errors.front().text;
    list_sync->lists_changed();
    co_return std::string();
}

} // namespace gatehouse::app
