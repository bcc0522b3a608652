#include "gateway/app/parts.hpp"

#include "gateway/base/log.hpp"
#include "gateway/base/read_file.hpp"
#include "gateway/base/sha256.hpp"

namespace gatehouse::app {
namespace {

using base::kv;
namespace log = base::log;

// From the loop to the barrier, with a little patience.
constexpr std::chrono::seconds closer_look{8};

} // namespace

Parts::Parts(App::Ports app_ports, config::SiteConfig config)
    : ports(std::move(app_ports)), site(std::move(config)), started(ports.clock.wall()), metrics(started),
      ids(ports.clock, ports.random), boot_id(ids.next()), echo_guard(ports.clock),
      alert_task(ports.executor), background(ports.executor), reloads(ports.executor),
      reload_ended(ports.executor), probe_metrics(started)
{
}

const config::LaneConfig* Parts::lane(const std::string& id) const
{
    for (const auto& candidate : site.lanes)
        if (candidate.id == id) return &candidate;
    return nullptr;
}

// The guard knows a place by the lane's name, else by the device's.
std::string Parts::place(const std::string& device, const std::string& lane_id) const
{
    if (const auto* found = lane(lane_id); found != nullptr && !found->name.empty()) return found->name;
    for (const auto& candidate : site.devices)
        if (candidate.id == device) return candidate.name.empty() ? device : candidate.name;
    return device;
}

// Each device with the host of its address.
std::vector<std::pair<std::string, std::string>> Parts::device_hosts() const
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& candidate : site.devices)
        found.emplace_back(candidate.id, config::host_of(candidate.address));
    return found;
}

std::string Parts::kind_of(const std::string& device) const
{
    for (const auto& candidate : site.devices)
        if (candidate.id == device) return candidate.kind;
    return {};
}

// Whose configured address a peer has; empty when nobody's or more than one device's.
std::string Parts::device_at(const std::string& remote) const
{
    std::string found;
    for (const auto& candidate : site.devices) {
        if (config::host_of(candidate.address) != remote) continue;
        if (!found.empty()) return {};
        found = candidate.id;
    }
    return found;
}

model::Names Parts::names() const
{
    return model::Names{.site = site.site_id, .gateway = site.gateway_id, .utc_offset = site.utc_offset};
}

// Whose cursors hold entries back from being deleted.
std::vector<std::string> Parts::readers() const
{
    std::vector<std::string> found{alert::Alerts::reader, passage::Passages::reader};
    for (const auto& upstream : site.upstreams)
        found.push_back("sink/" + upstream.name);
    for (const auto& notify : site.notifies)
        found.push_back("notify/" + notify.name);
    return found;
}

asio::any_io_executor Parts::worker_executor()
{
    return ports.worker ? ports.worker : worker.get_executor();
}

Outlet* Parts::outlet(const std::string& name)
{
    for (auto& candidate : outlets)
        if (candidate->config().name == name) return candidate.get();
    return nullptr;
}

StaffChannel* Parts::channel(const std::string& name)
{
    for (auto& candidate : channels)
        if (candidate->config().name == name) return candidate.get();
    return nullptr;
}

asio::awaitable<base::Result<notify::Verdict>> Parts::channel_test(std::string name, std::string who)
{
    auto* found = channel(name);
    if (found == nullptr) co_return base::Errc::not_found;
    co_return co_await found->dispatcher().send_test(std::move(who));
}

void Parts::note_channel(const std::string& name, bool ok, const std::string& why)
{
    model::SystemNotice notice;
    notice.what = "notify";
    notice.ok = ok;
    notice.detail = name + (why.empty() ? ": works" : ": " + why);
    emit(std::move(notice));
}

// What the gateway says of itself goes the way of every event. A failure is logged and not repeated: an error
// about the store must not feed itself (pains 20).
void Parts::emit(model::Body body)
{
    background.spawn("notice", append(std::move(body)));
}

asio::awaitable<void> Parts::append(model::Body body)
{
    const auto kept = co_await intake->emit(std::move(body));
    if (!kept) log::warn("own event not kept", kv("why", kept.error()));
}

// What the gateway itself did.
audit::Record Parts::own_record(std::string action, std::string detail) const
{
    return {.at = ports.clock.wall(),
            .actor = "gateway",
            .action = std::move(action),
            .target = "gateway",
            .detail = std::move(detail),
            .result = "done"};
}

// Enough of a hash to see whether the file is another one; its content holds names of credentials.
std::string Parts::config_digest() const
{
    const auto text = base::read_file(site.file);
    return text ? "sha256 " + base::sha256_hex(*text).substr(0, 16) : "unread";
}

asio::awaitable<base::Result<void>> Parts::record(audit::Record record)
{
    store::Change change;
    change.audit.push_back(std::move(record));
    const auto kept = co_await store->commit(std::move(change));
    if (!kept) co_return kept.error();
    co_return base::Result<void>();
}

void Parts::record_refusal(audit::Record record)
{
    auto admitted = refusals.admit(std::move(record), ports.clock.now());
    if (admitted) background.spawn("refusal", record_beside(std::move(*admitted)));
}

// Nobody waits for it, so a failure is said here.
asio::awaitable<void> Parts::record_beside(audit::Record what)
{
    const auto action = what.action;
    const auto kept = co_await record(std::move(what));
    if (!kept) log::error("not audited", kv("action", action), kv("why", kept.error()));
}

// The command that access gives: it is worthless once the car has given up waiting, so it expires with the
// read.
model::Command Parts::opening_order(const config::LaneConfig& lane_config, const model::Event& event,
                                    const model::Decision& decision)
{
    model::Command order;
    order.id = ids.next();
    order.origin = "access";
    order.action = lane_config.vehicle ? model::Action::barrier_open : model::Action::door_open;
    order.device = lane_config.barrier_device;
    order.output = lane_config.barrier_output;
    order.lane = lane_config.id;
    order.operator_name = "gateway";
    order.reason = decision.rule;
    // The read's own id is given only when it is journalled, after the gate has opened.
    order.args["reader"] = event.device;
    order.args["record"] = event.device_record.empty() ? event.device_key : event.device_record;
    order.issued_at = ports.clock.wall();
    order.expires = order.issued_at + lane_config.open_within;
    return order;
}

// Whether to open; not for the vehicle that the lane beside it has just let through.
model::Decision Parts::decide(const config::LaneConfig& lane_config, const model::Event& event) const
{
    if (const auto* seen = std::get_if<model::VehiclePassage>(&event.body))
        if (auto echo = echo_guard.judge(lane_config, seen->plate.text)) return *echo;
    return directory->decide(lane_config.id, event);
}

void Parts::open_for(const config::LaneConfig& lane_config, const model::Event& event,
                     const model::Decision& decision, std::function<void()> sent)
{
    if (const auto* seen = std::get_if<model::VehiclePassage>(&event.body))
        echo_guard.note_opened(lane_config, seen->plate.text);
    auto order = opening_order(lane_config, event, decision);
    background.spawn("open " + lane_config.id,
                     open_lane(std::move(order), lane_config.open_when_unrecorded, std::move(sent)));
}

// A gate that access decided to open: the command is on its way at once and recorded beside it.
asio::awaitable<void> Parts::open_lane(model::Command order, bool open_when_unrecorded,
                                       std::function<void()> sent)
{
    const auto lane_id = order.lane;
    const auto id = order.id;
    awaiting_taken[id] = std::move(sent);
    const auto outcome = co_await commands->open_now(std::move(order), open_when_unrecorded);
    awaiting_taken.erase(id);
    if (outcome.status == model::Status::confirmed || outcome.status == model::Status::accepted) co_return;
    log::warn("gate did not open", kv("lane", lane_id), kv("why", outcome.text));
}

// A visitor has used an entry: it counts already, and after a restart too once this is on disk. After the
// last one, devices that hold lists themselves have to forget him.
asio::awaitable<void> Parts::keep_entry(access::Directory::UsedEntry used)
{
    store::Change change;
    change.entry_uses.push_back(std::move(used.use));
    const auto kept = co_await store->commit(std::move(change));
    if (!kept) {
        metrics
            .counter("gatehouse_visitor_entries_lost_total", "Visitors' entries that no restart will know of")
            .add();
        log::warn("a visitor's entry is not kept", kv("why", kept.error()));
    }
    if (used.was_last) list_sync->lists_changed();
}

// A vehicle is before the barrier or about to pass: the lane's cameras look at every frame for a while.
void Parts::look_closer(const model::Event& event)
{
    const auto* input = std::get_if<model::InputChanged>(&event.body);
    const auto* moved = std::get_if<model::BarrierMoved>(&event.body);
    const bool loop_is_on = input != nullptr && input->active && !input->role.empty();
    const bool opens = moved != nullptr && moved->position != model::BarrierPosition::closed;
    const auto* found = eyes && !event.history && (loop_is_on || opens) ? lane(event.lane) : nullptr;
    if (found == nullptr) return;
    for (const auto& reader : found->readers)
        eyes->trigger(reader, closer_look);
}

// Where our own reader has read, its picture would only say the same again.
void Parts::check_plate(const model::Event& event)
{
    if (!plate_checks || !site.vision.check_plates || kind_of(event.device) == "camera") return;
    plate_checks->look_at(event);
}

// The device has acknowledged the command: the decision's latency is known.
void Parts::note_taken(const std::string& command_id)
{
    const auto found = awaiting_taken.extract(command_id);
    if (found) found.mapped()();
}

} // namespace gatehouse::app
