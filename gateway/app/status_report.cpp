#include "gateway/app/status_report.hpp"

#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/base/version.hpp"
#include "gateway/model/enum_text.hpp"

#include <cmath>

namespace gatehouse::app {
namespace {

constexpr auto stall_limit = std::chrono::minutes(2);

std::string_view word_of(store::DiskState state)
{
    switch (state) {
    case store::DiskState::ok: return "ok";
    case store::DiskState::warn: return "warn";
    case store::DiskState::shedding: return "shedding";
    case store::DiskState::full: break;
    }
    return "full";
}

std::string_view word_of(model::Direction direction)
{
    if (direction == model::Direction::in) return "in";
    return direction == model::Direction::out ? "out" : "both";
}

void write_lanes(model::JsonWriter& json, const config::SiteConfig& site)
{
    json.key("lanes").begin_array();
    for (const auto& lane : site.lanes) {
        json.begin_object()
            .member("id", lane.id)
            .member("name", lane.name)
            .member("kind", lane.vehicle ? "vehicle" : "pedestrian");
        json.member("direction", word_of(lane.direction))
            .member("decide", lane.decide_here ? "gateway" : "device");
        if (!lane.barrier_device.empty())
            json.member("barrier", lane.barrier_device + "/" + std::to_string(lane.barrier_output));
        json.end_object();
    }
    json.end_array();
}

void write_device(model::JsonWriter& json, const config::DeviceConfig& device,
                  const device::DeviceStatus& status, std::chrono::minutes utc_offset)
{
    json.begin_object()
        .member("id", device.id)
        .member("name", device.name)
        .member("protocol", device.protocol);
    json.member("kind", device.kind).member("address", device.address).member("enabled", device.enabled);
    json.member("link", model::to_string(status.link))
        .member_if("why", status.why)
        .member_if("model", status.model);
    json.member_if("serial", status.serial).member_if("firmware", status.firmware);
    if (status.last_event) json.member("last_event", base::format_time(*status.last_event, utc_offset));
    if (status.last_heard) json.member("last_heard", base::format_time(*status.last_heard, utc_offset));
    if (status.clock_offset_ms) json.member("clock_offset_ms", *status.clock_offset_ms);
    json.member("clock_trusted", status.clock_trusted);
    json.key("facts").begin_object();
    for (const auto& [name, fact] : status.facts)
        json.member(name, fact);
    json.end_object().end_object();
}

void write_devices(model::JsonWriter& json, Parts& parts)
{
    json.key("devices").begin_array();
    for (const auto& device : parts.site.devices) {
        const auto status = parts.supervisor->status(device.id);
        write_device(json, device, status ? *status : device::DeviceStatus{}, parts.site.utc_offset);
    }
    json.end_array();
}

void write_channel(model::JsonWriter& json, const notify::ChannelStats& stats, std::chrono::minutes offset)
{
    json.begin_object().member("name", stats.name).member("protocol", stats.protocol);
    json.member("state", stats.state).member_if("why", stats.why);
    json.member("waiting", static_cast<std::uint64_t>(stats.waiting)).member("sent", stats.sent);
    json.member("retried", stats.retried).member("throttled", stats.throttled);
    json.member("digested", stats.digested).member("dead_letters", stats.dead_letters);
    if (stats.last_sent) json.member("last_sent", base::format_time(*stats.last_sent, offset));
    json.end_object();
}

void write_vision(model::JsonWriter& json, const vision::RemoteEyes* eyes)
{
    const auto seen = eyes == nullptr ? vision::EyesStatus{} : eyes->status();
    json.key("vision").begin_object().member("state", vision::to_string(seen.state));
    json.member_if("why", seen.why).member_if("version", seen.version);
    json.member("pid", seen.pid).member("cameras", static_cast<std::uint64_t>(seen.cameras));
    json.member("restarts", seen.restarts).member("resident_bytes", seen.resident_bytes);
    json.key("models").begin_array();
    for (const auto& model : seen.models)
        json.begin_object()
            .member("name", model.name)
            .member("sha256", model.sha256)
            .member("ready", model.ready)
            .member_if("why", model.why)
            .end_object();
    json.end_array().end_object();
}

// Whoever only looks at the verdict must not miss what cannot wait, nor what befell the gateway itself. What
// has passed by itself waits for a person and is no fault any more.
bool is_fault(const model::Alert& alert)
{
    return !alert::is_in(alert::over, alert.state) && alert.severity <= (alert.device == "gateway" ? 3 : 2);
}

std::string_view verdict_of(const Parts& parts, const std::vector<std::string>& reasons)
{
    if (!parts.ready || parts.store->disk().state == store::DiskState::full) return "down";
    return reasons.empty() ? "healthy" : "degraded";
}

} // namespace

void write_upstream(model::JsonWriter& json, const Outlet& outlet, const upstream::DispatchStats& stats,
                    std::chrono::minutes offset)
{
    json.begin_object().member("name", stats.name).member("link", outlet.up() ? "up" : "down");
    if (!outlet.up()) json.member_if("why", outlet.why());
    json.member("backlog", stats.backlog.entries).member("alerts", stats.backlog.alerts);
    if (stats.backlog.oldest) json.member("oldest", base::format_time(*stats.backlog.oldest, offset));
    if (stats.backlog.entries == 0)
        json.member("seconds_to_empty", 0);
    else if (stats.seconds_to_empty >= 0)
        json.member("seconds_to_empty", static_cast<std::int64_t>(std::ceil(stats.seconds_to_empty)));
    else
        json.key("seconds_to_empty").null();
    json.member("delivered", stats.delivered).member("rejected", stats.rejected).member("rate", stats.rate);
    if (stats.last_accepted) json.member("last_accepted", base::format_time(*stats.last_accepted, offset));
    json.end_object();
}

std::vector<std::string> complaints(Parts& parts)
{
    std::vector<std::string> reasons;
    for (const auto& device : parts.site.devices) {
        if (!device.enabled) continue;
        const auto status = parts.supervisor->status(device.id);
        if (status && status->link == model::LinkState::up) continue;
        const auto link = status ? status->link : model::LinkState::unknown;
        const auto why = status ? status->why : std::string();
        reasons.push_back("device " + device.id + " is " + std::string(model::to_string(link)) +
                          (why.empty() ? "" : ": " + why));
    }
    for (const auto& upstream : parts.site.upstreams) {
        const auto* outlet = parts.outlet(upstream.name);
        if (outlet == nullptr)
            reasons.push_back("upstream " + upstream.name + " has not started");
        else if (!outlet->up())
            reasons.push_back("upstream " + upstream.name + " is down: " + outlet->why());
    }
    if (parts.fire->burning())
        reasons.push_back("fire: input " + parts.fire->fire().input +
                          " was on; nothing closes until: gatehouse fire clear");
    for (const auto& channel : parts.channels)
        if (const auto why = channel->dispatcher().complaint(); !why.empty())
            reasons.push_back("staff channel " + channel->config().name + ": " + why);
    if (parts.eyes)
        if (const auto seen = parts.eyes->status(); seen.state == vision::EyesStatus::State::away)
            reasons.push_back("vision worker is away: " + seen.why);
    const auto disk = parts.store->disk().state;
    if (disk != store::DiskState::ok) reasons.push_back("disk: " + std::string(word_of(disk)));
    if (!parts.alive) reasons.emplace_back("self-test failed: the store does not write");
    if (!parts.clock_watch->synced()) reasons.push_back("clock: " + parts.clock_watch->why());
    for (const auto& alert : parts.alerts->alerts())
        if (is_fault(alert)) reasons.push_back("alert " + alert.kind + " is open: " + alert.text);
    return reasons;
}

std::string fire_report(const fire::FireWatch& fire, std::chrono::minutes utc_offset)
{
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("burning", fire.burning());
    if (fire.burning())
        json.member("input", fire.fire().input)
            .member("since", base::format_time(fire.fire().since, utc_offset));
    json.key("outputs").begin_array();
    for (const auto& [output, state] : fire.outputs())
        json.begin_object()
            .member("output", output.first + "/" + std::to_string(output.second))
            .member("state", state)
            .end_object();
    json.end_array().end_object();
    return text;
}

std::string stall_of(const upstream::DispatchStats& stats, base::WallTime now)
{
    const auto is_long_ago = [now](const std::optional<base::WallTime>& at) {
        return !at || now - *at > stall_limit;
    };
    const bool stalled = stats.link_up && stats.backlog.oldest && is_long_ago(stats.backlog.oldest) &&
                         is_long_ago(stats.last_accepted);
    if (!stalled) return {};
    return "upstream " + stats.name + " is connected and takes nothing: " +
           std::to_string(stats.backlog.entries + stats.backlog.alerts) + " entries wait";
}

asio::awaitable<std::string> status_report(Parts& parts)
{
    std::vector<upstream::DispatchStats> stats;
    const auto outlets = parts.outlets;
    for (const auto& outlet : outlets) {
        const auto measured = co_await outlet->dispatcher().measure();
        stats.push_back(measured ? *measured : outlet->dispatcher().stats());
    }
    auto reasons = complaints(parts);
    for (const auto& measured : stats)
        if (auto stall = stall_of(measured, parts.ports.clock.wall()); !stall.empty())
            reasons.push_back(std::move(stall));
    const auto disk = parts.store->disk();
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().member("verdict", verdict_of(parts, reasons)).key("reasons").begin_array();
    for (const auto& reason : reasons)
        json.value(reason);
    json.end_array()
        .member("site", parts.site.site_id)
        .member("name", parts.site.site_name)
        .member("gateway", parts.site.gateway_id);
    json.member("version", base::version()).member("boot", parts.boot_id);
    json.member("since", base::format_time(parts.started, parts.site.utc_offset));
    write_lanes(json, parts.site);
    write_devices(json, parts);
    json.key("upstreams").begin_array();
    for (std::size_t i = 0; i < stats.size(); ++i)
        write_upstream(json, *outlets[i], stats[i], parts.site.utc_offset);
    json.end_array().key("channels").begin_array();
    for (const auto& channel : parts.channels)
        write_channel(json, channel->dispatcher().stats(), parts.site.utc_offset);
    json.end_array();
    write_vision(json, parts.eyes.get());
    json.member("alerts_open", static_cast<std::int64_t>(parts.alerts->alerts().size()));
    json.key("disarmed").begin_array();
    for (const auto& part : parts.arming->disarmed())
        json.value(part);
    json.end_array();
    json.key("occupancy").begin_object();
    api::write_occupancy(json, parts.occupied(), parts.site.utc_offset);
    json.end_object();
    json.member("last_seq", parts.store->last_seq())
        .member("disk", word_of(disk.state))
        .member("disk_free_bytes", disk.free_bytes);
    json.member("clock", parts.clock_watch->synced() ? "synced" : "unsynced").end_object();
    co_return text;
}

} // namespace gatehouse::app
