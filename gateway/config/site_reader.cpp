#include "gateway/config/site_reader.hpp"

#include "gateway/base/time_text.hpp"
#include "gateway/config/access_reader.hpp"
#include "gateway/config/listen_address.hpp"
#include "gateway/config/nearest.hpp"
#include "gateway/config/time_zone.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace gatehouse::config {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

template <class Checks>
std::vector<std::string> names_of(const Checks& checks)
{
    std::vector<std::string> names;
    for (const auto& [name, check] : checks)
        names.push_back(name);
    return names;
}

// "DEVICE/NUMBER" taken apart; nothing when it is no such text.
std::optional<std::pair<std::string, int>> numbered_device(const std::string& text)
{
    const auto slash = text.find('/');
    if (slash == std::string::npos || slash == 0) return std::nullopt;
    const auto number = text.substr(slash + 1);
    const bool digits =
        !number.empty() && number.size() <= 3 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) return std::nullopt;
    return std::pair(text.substr(0, slash), std::stoi(number));
}

// The kinds of alerts that these rules raise, and the one for too many of them.
std::vector<std::string> kinds_of(const std::vector<RuleKeys>& rules)
{
    std::vector<std::string> kinds{"alert_storm"};
    for (const auto& rule : rules) {
        auto kind = rule.name;
        std::replace(kind.begin(), kind.end(), '-', '_');
        kinds.push_back(std::move(kind));
    }
    return kinds;
}

template <class List, class Name>
bool taken(const List& list, const std::string& wanted, Name name)
{
    return !wanted.empty() && std::any_of(list.begin(), list.end(), [&](const auto& other) {
        return std::invoke(name, other) == wanted;
    });
}

// "DEVICE/NUMBER", from `min` to 64.
std::optional<DeviceOutput> parse_output(const std::string& text, int min = 1)
{
    const auto place = numbered_device(text);
    if (!place || place->second < min || place->second > 64) return std::nullopt;
    return DeviceOutput{place->first, place->second};
}

std::string not_an_output(const std::string& text)
{
    return "\"" + text + "\" is not DEVICE/OUTPUT; right would be \"gate-1/1\", with an output of 1 to 64";
}

} // namespace

SiteConfig SiteReader::read()
{
    read_site_section();
    read_gateway();
    read_api();
    auto listener = root_.table("listener");
    site_.listener = read_listen(listener, site_.listener);
    listener.finish();
    read_retention();
    read_vision();
    read_devices();
    read_lanes();
    site_.access = read_access(root_, site_.lanes);
    read_upstreams();
    read_notifies();
    read_rosters();
    read_fire();
    read_rules();
    read_maintenance();
    auto report = root_.table("report");
    site_.report_by_filed = report.one_of("denominator", {"due", "filed"}, "due") == "filed";
    report.finish();
    for (auto& table : root_.tables("welfare"))
        read_welfare(table);
    root_.finish();
    for (std::size_t i = 0; i < site_.lanes.size(); ++i)
        check_lane(lane_tables_[i], site_.lanes[i]);
    return std::move(site_);
}

void SiteReader::read_site_section()
{
    auto table = root_.table("site");
    site_.site_id = table.id("id");
    site_.site_name = table.text("name", site_.site_id);
    site_.parking_spaces = static_cast<int>(table.integer("parking_spaces", 0, 0, 100'000));
    site_.timezone = table.text("timezone", site_.timezone);
    if (const auto offset = utc_offset_of(site_.timezone))
        site_.utc_offset = *offset;
    else
        table.issue("timezone",
                    "\"" + site_.timezone + "\" is not known; right would be " + known_time_zones());
    table.finish();
}

void SiteReader::read_gateway()
{
    auto table = root_.table("gateway");
    if (table.has("id")) site_.gateway_id = table.id("id");
    site_.data_dir = table.text("data_dir", site_.data_dir);
    if (site_.data_dir.empty()) table.issue("data_dir", "is empty");
    site_.control_socket = table.text("control_socket", site_.control_socket);
    if (site_.control_socket.empty() || site_.control_socket.size() > socket_path_size_max)
        table.issue("control_socket",
                    "right would be a path of 1 to " + std::to_string(socket_path_size_max) + " bytes");
    site_.log_level = table.one_of("log_level", {"debug", "info", "warn", "error"}, site_.log_level);
    table.finish();
}

ListenConfig SiteReader::read_listen(Table& section, const ListenConfig& fallback)
{
    const auto text = section.text("listen", fallback.address + ':' + std::to_string(fallback.port));
    if (auto listen = parse_listen(text)) return *listen;
    section.issue("listen",
                  "\"" + text +
                      "\" is not an address and a port; right would be \"127.0.0.1:8080\" or \"[::1]:8080\"");
    return fallback;
}

void SiteReader::read_api()
{
    auto table = root_.table("api");
    site_.api = read_listen(table, site_.api);
    read_tls(table);
    site_.api_sessions.idle = table.duration("session_idle", site_.api_sessions.idle, std::chrono::minutes(5),
                                             std::chrono::hours(12));
    site_.api_sessions.max = table.duration("session_max", site_.api_sessions.max, std::chrono::minutes(5),
                                            std::chrono::hours(24));
    site_.api_names = read_names(table);
    // Nothing goes out in clear text beyond this box.
    if (!is_loopback(site_.api.address) && !site_.api_tls.enabled())
        table.issue("listen",
                    "is not a loopback address, which requires tls = \"self-signed\" or a certificate; "
                    "right would be \"127.0.0.1:" +
                        std::to_string(site_.api.port) + "\"");
    table.finish();
}

std::vector<std::string> SiteReader::read_names(Table& api)
{
    auto names = api.texts("names");
    for (const auto& name : names)
        if (!is_host_name(name))
            api.issue("names",
                      "\"" + name + "\" is no host name; right would be \"gate.example\", without a port");
    return names;
}

void SiteReader::read_tls(Table& api)
{
    if (!api.has("tls")) return;
    // A text or a table: ask for the text without letting it complain of the table.
    if (auto plain = api.silent(); plain.text("tls") == "self-signed") {
        api.expect("tls");
        site_.api_tls.self_signed = true;
        return;
    } else if (!plain.text("tls").empty()) {
        api.expect("tls");
        api.issue("tls", "right would be \"self-signed\" or { certificate = \"PATH\", key = \"PATH\" }");
        return;
    }
    auto table = api.table("tls");
    site_.api_tls.certificate = table.required_text("certificate");
    site_.api_tls.key = table.required_text("key");
    table.finish();
}

void SiteReader::read_retention()
{
    auto table = root_.table("retention");
    auto& keep = site_.retention;
    const auto days = [&](std::string_view key, int fallback, int min, int max) {
        return static_cast<int>(table.integer(key, fallback, min, max));
    };
    keep.records_days = days("records_days", keep.records_days, 30, 365);
    keep.pictures_days = days("pictures_days", keep.pictures_days, 1, 90);
    keep.visitors_days = days("visitors_days", keep.visitors_days, 1, 180);
    keep.alerts_days = days("alerts_days", keep.alerts_days, 365, 3650);
    keep.audit_days = days("audit_days", keep.audit_days, 183, 3650);
    constexpr std::int64_t mib = 1024 * 1024;
    constexpr std::int64_t bytes_max = std::int64_t{1} << 50U;
    keep.max_bytes = table.integer("max_bytes", keep.max_bytes, 0, bytes_max);
    if (keep.max_bytes != 0 && keep.max_bytes < 64 * mib)
        table.issue("max_bytes",
                    "is less than 64 MiB (67108864); right would be more, or 0 for no limit but the disk");
    keep.disk_reserve_bytes =
        table.integer("disk_reserve_bytes", keep.disk_reserve_bytes, 16 * mib, bytes_max);
    table.finish();
}

void SiteReader::read_vision()
{
    auto table = root_.table("vision");
    auto& vision = site_.vision;
    vision.worker = table.text("worker");
    vision.models = table.text("models");
    constexpr std::int64_t mib = 1024 * 1024;
    vision.memory_max_bytes =
        table.integer("memory_max_bytes", vision.memory_max_bytes, 256 * mib, 8192 * mib);
    vision.check_plates = table.flag("check_plates", vision.check_plates);
    table.finish();
}

void SiteReader::read_devices()
{
    for (auto& table : root_.tables("device"))
        read_device(table);
}

void SiteReader::read_device(Table& table)
{
    DeviceConfig device;
    device.id = table.id("id");
    if (device.id == "gateway")
        table.issue("id", "\"gateway\" stands for the gateway itself; right would be another id");
    if (taken(site_.devices, device.id, &DeviceConfig::id))
        table.issue("id", "another device is \"" + device.id + "\" already; ids are unique and never reused");
    device.name = table.text("name", device.id);
    device.protocol = table.one_of("protocol", names_of(vocabulary_.devices), "");
    device.kind = table.one_of("kind", {"face", "plate", "barrier", "camera", "controller"}, "");
    device.address = table.text("address");
    device.username = table.text("username");
    device.password = table.secret("password").value_or(base::Secret());
    device.enabled = table.flag("enabled", true);
    const auto lists = table.one_of("lists", {"off", "ours", "all"}, "off");
    device.lists = lists == "all" ? ListPolicy::all : lists == "ours" ? ListPolicy::ours : ListPolicy::off;
    // The keys of an unknown protocol are unknown too: one issue is enough.
    if (const auto check = vocabulary_.devices.find(device.protocol); check != vocabulary_.devices.end()) {
        check->second(device, table);
        table.finish();
    }
    device.fingerprint = table.fingerprint();
    site_.device_tables.insert_or_assign(device.id, table.silent());
    site_.devices.push_back(std::move(device));
}

void SiteReader::read_lanes()
{
    for (auto& table : root_.tables("lane"))
        read_lane(table);
}

void SiteReader::read_lane(Table& table)
{
    LaneConfig lane;
    lane.id = table.id("id");
    if (taken(site_.lanes, lane.id, &LaneConfig::id))
        table.issue("id", "another lane is \"" + lane.id + "\" already");
    lane.name = table.text("name", lane.id);
    lane.vehicle = table.one_of("kind", {"vehicle", "pedestrian"}, "vehicle") == "vehicle";
    const auto direction = table.one_of("direction", {"in", "out", "both"}, "both");
    if (direction == "in") lane.direction = model::Direction::in;
    if (direction == "out") lane.direction = model::Direction::out;
    lane.readers = table.texts("readers");
    read_barrier(table, lane);
    lane.loop_entry = read_loop(table, "loop_entry");
    lane.loop_safety = read_loop(table, "loop_safety");
    lane.opposite = table.text("opposite");
    lane.decide_here = table.one_of("decide", {"gateway", "device"}, "device") == "gateway";
    lane.open_within = table.duration("open_within", lane.open_within, seconds(1), seconds(60));
    lane.open_when_unrecorded = table.flag("open_when_unrecorded", lane.open_when_unrecorded);
    table.finish();
    lane.fingerprint = table.fingerprint();
    site_.lanes.push_back(std::move(lane));
    lane_tables_.push_back(table);
}

void SiteReader::read_barrier(Table& table, LaneConfig& lane)
{
    const auto text = table.text("barrier");
    if (text.empty()) return;
    const auto output = parse_output(text);
    if (!output) return table.issue("barrier", not_an_output(text));
    lane.barrier_device = output->device;
    lane.barrier_output = output->output;
}

// "DEVICE/INPUT"; relay boards count from 0.
InputPlace SiteReader::read_loop(Table& table, std::string_view key)
{
    const auto text = table.text(key);
    if (text.empty()) return {};
    const auto place = numbered_device(text);
    if (!place || place->second > 255) {
        table.issue(key,
                    "\"" + text +
                        "\" is not DEVICE/INPUT; right would be \"gate-1/2\", with an input of 0 to 255");
        return {};
    }
    return {place->first, place->second};
}

void SiteReader::read_upstreams()
{
    for (auto& table : root_.tables("upstream")) {
        UpstreamConfig upstream;
        upstream.name = table.id("name");
        if (taken(site_.upstreams, upstream.name, &UpstreamConfig::name))
            table.issue("name", "another upstream is \"" + upstream.name + "\" already");
        upstream.protocol = table.one_of("protocol", names_of(vocabulary_.upstreams), "");
        if (const auto check = vocabulary_.upstreams.find(upstream.protocol);
            check != vocabulary_.upstreams.end()) {
            check->second(upstream, table);
            table.finish();
        }
        upstream.fingerprint = table.fingerprint();
        site_.upstream_tables.insert_or_assign(upstream.name, table.silent());
        site_.upstreams.push_back(std::move(upstream));
    }
}

void SiteReader::read_notifies()
{
    for (auto& table : root_.tables("notify"))
        read_notify(table);
}

void SiteReader::read_notify(Table& table)
{
    NotifyConfig notify;
    notify.name = table.id("name");
    if (taken(site_.notifies, notify.name, &NotifyConfig::name))
        table.issue("name", "another staff channel is \"" + notify.name + "\" already");
    notify.protocol = table.one_of("protocol", names_of(vocabulary_.notifies), "");
    read_route(table, notify);
    if (const auto check = vocabulary_.notifies.find(notify.protocol); check != vocabulary_.notifies.end()) {
        check->second(notify, table);
        table.finish();
    }
    notify.fingerprint = table.fingerprint();
    site_.notify_tables.insert_or_assign(notify.name, table.silent());
    site_.notifies.push_back(std::move(notify));
}

// What of all alerts goes this way, and when.
void SiteReader::read_route(Table& table, NotifyConfig& notify)
{
    notify.roles = table.some_of("roles", staff_roles());
    for (const auto severity : table.integers("severities", 1, 4))
        notify.severities.push_back(static_cast<int>(severity));
    notify.kinds = table.some_of("kinds", kinds_of(vocabulary_.rules));
    notify.states = table.some_of("states", {"raised", "escalated", "cleared"});
    const auto quiet = table.text("quiet");
    notify.quiet = parse_day_span(quiet);
    if (!quiet.empty() && !notify.quiet)
        table.issue("quiet", "\"" + quiet + "\" is not a part of a day; right would be \"22:00-07:00\"");
    using std::chrono::minutes;
    notify.digest_every = table.duration("digest_every", notify.digest_every, minutes(1), hours(12));
}

void SiteReader::read_rosters()
{
    for (auto& table : root_.tables("roster"))
        site_.rosters.push_back(read_roster(table));
}

RosterConfig SiteReader::read_roster(Table& table)
{
    static const std::vector<std::string> days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    RosterConfig roster;
    roster.role = table.one_of("role", staff_roles(), "");
    const auto on = table.has("weekdays") ? table.some_of("weekdays", days) : days;
    for (std::size_t day = 0; day < days.size(); ++day)
        roster.weekdays[day] = std::find(on.begin(), on.end(), days[day]) != on.end();
    roster.hours.from = read_time_of_day(table, "from", roster.hours.from);
    roster.hours.to = read_time_of_day(table, "to", roster.hours.to);
    for (auto& person : table.tables("people")) {
        roster.people.push_back({person.text("name"), person.text("mobile"), person.text("user")});
        const auto& digits = roster.people.back().mobile;
        if (digits.find_first_not_of("+0123456789") != std::string::npos || digits.size() > 20)
            person.issue("mobile", "is not a telephone number; right would be digits only");
        person.finish();
    }
    if (roster.people.empty()) table.issue("people", "nobody is on duty; right would be at least one person");
    table.finish();
    return roster;
}

void SiteReader::read_fire()
{
    auto table = root_.table("fire");
    read_fire_inputs(table);
    site_.fire.barriers = read_outputs(table, "barriers");
    site_.fire.doors = read_outputs(table, "doors");
    const bool opens = !site_.fire.barriers.empty() || !site_.fire.doors.empty();
    if (!site_.fire.inputs.empty() && !opens)
        table.issue("", "nothing opens; right would be barriers or doors");
    if (site_.fire.inputs.empty() && opens)
        table.issue("", "no input tells of a fire; right would be inputs");
    table.finish();
}

void SiteReader::read_fire_inputs(Table& table)
{
    constexpr std::string_view by_itself = "/fire";
    for (const auto& text : table.texts("inputs")) {
        FireInput input;
        if (text.size() > by_itself.size() && text.ends_with(by_itself)) {
            input.device = text.substr(0, text.size() - by_itself.size());
        } else if (auto numbered = parse_output(text, 0)) {
            input.device = std::move(numbered->device);
            input.input = numbered->output;
        } else {
            table.issue("inputs",
                        "\"" + text +
                            "\" is not DEVICE/INPUT; right would be \"board-1/3\", with an input of 0 to "
                            "64, or \"board-1/fire\"");
            continue;
        }
        check_device(table, "inputs", input.device);
        site_.fire.inputs.push_back(std::move(input));
    }
}

std::vector<DeviceOutput> SiteReader::read_outputs(Table& table, std::string_view key) const
{
    std::vector<DeviceOutput> outputs;
    for (const auto& text : table.texts(key)) {
        auto output = parse_output(text);
        if (!output) {
            table.issue(key, not_an_output(text));
            continue;
        }
        check_device(table, key, output->device);
        outputs.push_back(std::move(*output));
    }
    return outputs;
}

void SiteReader::read_rules()
{
    for (auto& table : root_.tables("rule"))
        read_rule(table);
}

void SiteReader::read_rule(Table& table)
{
    std::vector<std::string> names;
    for (const auto& known : vocabulary_.rules)
        names.push_back(known.name);
    RuleConfig rule;
    rule.name = table.one_of("name", names, "");
    if (taken(site_.rules, rule.name, &RuleConfig::name))
        table.issue("name", "rule \"" + rule.name + "\" is tuned above already");
    rule.enabled = table.flag("enabled", true);
    if (table.has("severity")) rule.severity = static_cast<int>(table.integer("severity", 3, 1, 4));
    table.expect("severity");
    // The keys of an unknown rule are unknown too: one issue is enough.
    const auto words = std::find_if(vocabulary_.rules.begin(), vocabulary_.rules.end(),
                                    [&](const RuleKeys& known) { return known.name == rule.name; });
    if (words != vocabulary_.rules.end()) {
        for (const auto& key : words->keys)
            read_rule_key(table, key, rule);
        table.finish();
    }
    site_.rules.push_back(std::move(rule));
}

void SiteReader::read_rule_key(Table& table, const std::string& key, RuleConfig& rule)
{
    table.expect(key);
    if (!table.has(key)) return;
    if (key == "after") rule.after = table.duration(key, seconds(60), milliseconds(0), hours(24 * 30));
    if (key == "count") rule.count = static_cast<int>(table.integer(key, 5, 1, 100));
    if (key == "within") rule.within = table.duration(key, seconds(600), seconds(1), hours(24 * 30));
}

void SiteReader::read_maintenance()
{
    for (auto& table : root_.tables("maintenance"))
        read_maintenance(table);
}

void SiteReader::read_maintenance(Table& table)
{
    MaintenanceConfig window;
    window.name = table.required_text("name");
    window.devices = table.texts("devices");
    window.lanes = table.texts("lanes");
    window.kinds = table.texts("kinds");
    if (window.devices.empty() && window.lanes.empty() && window.kinds.empty())
        table.issue("", "names nothing; right would be devices, lanes or kinds of alerts");
    if (table.has("date")) {
        const auto text = table.text("date");
        if (const auto day = base::parse_time(text + "T00:00:00", std::chrono::minutes(0));
            day && text.size() == 10)
            window.date = std::chrono::floor<std::chrono::days>(day->time);
        else
            table.issue("date", "\"" + text + "\" is no day; right would be \"2026-03-01\"");
    }
    if (const auto days = table.texts("days"); !days.empty()) {
        window.weekdays = 0;
        const std::vector<std::string> known{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
        for (const auto& day : days) {
            const auto found = std::find(known.begin(), known.end(), day);
            if (found == known.end())
                table.issue("days", "\"" + day + "\" is no day of the week; right would be " + joined(known));
            else
                window.weekdays |= 1U << static_cast<unsigned>(found - known.begin());
        }
    }
    window.from = read_time_of_day(table, "from", window.from);
    window.to = read_time_of_day(table, "to", window.to);
    table.finish();
    site_.maintenance.push_back(std::move(window));
}

// "07:30" .. "24:00"
std::chrono::minutes SiteReader::read_time_of_day(Table& table, std::string_view key,
                                                  std::chrono::minutes fallback)
{
    if (!table.has(key)) return fallback;
    const auto text = table.text(key);
    if (const auto time = parse_day_time(text)) return *time;
    table.issue(key, "\"" + text + "\" is not a time of day; right would be \"07:30\", up to \"24:00\"");
    return fallback;
}

// Without consent on record nobody is watched: it is as required as the person.
void SiteReader::read_welfare(Table& table)
{
    WelfareConfig resident;
    resident.id = table.id("id");
    if (resident.id == "gateway" || taken(site_.welfare, resident.id, &WelfareConfig::id) ||
        taken(site_.devices, resident.id, &DeviceConfig::id))
        table.issue("id", "\"" + resident.id + "\" is a device or another resident already");
    resident.person = table.required_text("person");
    resident.name = table.required_text("name");
    resident.consent = table.required_text("consent");
    resident.after = table.duration("after", resident.after, hours(6), hours(24 * 14));
    resident.quiet_when_out = table.flag("quiet_when_out", resident.quiet_when_out);
    table.finish();
    site_.welfare.push_back(std::move(resident));
}

std::vector<std::string> SiteReader::device_ids() const
{
    std::vector<std::string> ids;
    for (const auto& device : site_.devices)
        ids.push_back(device.id);
    return ids;
}

void SiteReader::check_device(Table& table, std::string_view key, const std::string& device) const
{
    if (device.empty() || taken(site_.devices, device, &DeviceConfig::id)) return;
    const auto ids = device_ids();
    const auto meant = nearest(device, ids);
    table.issue(key, "there is no device \"" + device + "\"" +
                         (meant.empty() ? "; right would be one of " + joined(ids)
                                        : "; did you mean \"" + meant + "\"?"));
}

void SiteReader::check_lane(Table& table, const LaneConfig& lane)
{
    check_readers(table, lane);
    check_device(table, "barrier", lane.barrier_device);
    check_device(table, "loop_entry", lane.loop_entry.device);
    check_device(table, "loop_safety", lane.loop_safety.device);
    check_opposite(table, lane);
    if (!lane.decide_here) return;
    if (!table.has("barrier"))
        table.issue("decide", "the gateway decides here, but the lane has no barrier to open");
    if (lane.readers.empty()) table.issue("decide", "the gateway decides here, but the lane has no readers");
}

void SiteReader::check_opposite(Table& table, const LaneConfig& lane)
{
    if (lane.opposite.empty()) return;
    const auto other = std::find_if(site_.lanes.begin(), site_.lanes.end(), [&](const LaneConfig& candidate) {
        return candidate.id == lane.opposite;
    });
    if (other == site_.lanes.end())
        table.issue("opposite", "there is no lane \"" + lane.opposite + "\"");
    else if (other->id == lane.id || !other->vehicle || !lane.vehicle)
        table.issue("opposite", "right would be the other vehicle lane of the same gate");
}

void SiteReader::check_readers(Table& table, const LaneConfig& lane)
{
    const auto ids = device_ids();
    for (const auto& reader : lane.readers) {
        if (std::find(ids.begin(), ids.end(), reader) == ids.end()) {
            const auto meant = nearest(reader, ids);
            table.issue("readers", "there is no device \"" + reader + "\"" +
                                       (meant.empty() ? "" : "; did you mean \"" + meant + "\"?"));
            continue;
        }
        for (const auto& other : site_.lanes) {
            if (&other == &lane) break; // each pair once
            if (std::find(other.readers.begin(), other.readers.end(), reader) != other.readers.end())
                table.issue("readers", "\"" + reader + "\" serves lane \"" + other.id +
                                           "\" already; a reader serves one lane");
        }
    }
}

} // namespace gatehouse::config
