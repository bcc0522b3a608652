#include "gateway/api/passage_filter.hpp"
#include "gateway/api/passage_view.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/model/enum_text.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace gatehouse::api {
namespace {

using account::Permission;
using model::JsonWriter;
using Devices = std::map<std::string, DeviceView>;

constexpr std::int64_t passages_max = 200;
constexpr std::chrono::days traffic_max{400};

Devices devices_by_id(const Services& services)
{
    Devices found;
    if (services.devices)
        for (auto& device : services.devices())
            found.emplace(device.config.id, std::move(device));
    return found;
}

model::LinkState link_of(const Devices& devices, const std::string& id)
{
    const auto device = devices.find(id);
    return device == devices.end() ? model::LinkState::unknown : device->second.status.link;
}

// What a device said before its link was lost is not known any more.
void write_barrier(JsonWriter& json, const config::LaneConfig& lane, const passage::LaneNow& now,
                   const Devices& devices, std::chrono::minutes utc_offset)
{
    json.key("barrier");
    if (lane.barrier_device.empty()) {
        json.null();
        return;
    }
    const bool known = link_of(devices, lane.barrier_device) == model::LinkState::up;
    json.begin_object().member("device", lane.barrier_device).member("output", lane.barrier_output);
    json.member("position", model::to_string(known ? now.position : model::BarrierPosition::unknown));
    if (known && now.confirmed_at != base::WallTime{})
        json.member("at", base::format_time(now.confirmed_at, utc_offset));
    json.member("held", now.held).end_object();
}

void write_readers(JsonWriter& json, const config::LaneConfig& lane, const Devices& devices)
{
    json.key("readers").begin_array();
    for (const auto& reader : lane.readers) {
        const auto device = devices.find(reader);
        json.begin_object().member("id", reader);
        if (device != devices.end()) json.member("name", device->second.config.name);
        json.member("link", model::to_string(link_of(devices, reader))).end_object();
    }
    json.end_array();
}

void write_live_lane(JsonWriter& json, const Services& services, const config::LaneConfig& lane,
                     const Devices& devices, bool masked)
{
    const auto now = services.lane_now(lane.id);
    const bool both = lane.direction == model::Direction::unknown;
    json.begin_object().member("id", lane.id).member("name", lane.name);
    json.member("kind", lane.vehicle ? "vehicle" : "pedestrian");
    json.member("direction", both ? std::string_view("both") : model::to_string(lane.direction));
    json.member("decide", lane.decide_here ? "gateway" : "device");
    write_barrier(json, lane, now, devices, services.utc_offset);
    write_readers(json, lane, devices);
    json.key("occupied");
    if (now.occupied)
        json.value(*now.occupied);
    else
        json.null();
    json.key("last");
    if (now.last)
        write_passage(json, services, {.entry = *now.last, .passed = std::nullopt, .masked = masked});
    else
        json.null();
    json.end_object();
}

// Without those that the journal has let go just now.
asio::awaitable<base::Result<std::vector<model::EntryPtr>>> entries_of(store::Store& store,
                                                                       const store::PassagePage& page)
{
    store::EventFilter filter;
    for (const auto& found : page.found)
        filter.numbers.push_back(found.place.seq);
    if (filter.numbers.empty()) co_return std::vector<model::EntryPtr>();
    co_return co_await store.events(filter);
}

bool has_passed(const store::PassagePage& page, std::int64_t seq)
{
    const auto found = std::find_if(page.found.begin(), page.found.end(),
                                    [seq](const auto& one) { return one.place.seq == seq; });
    return found != page.found.end() && found->passed;
}

} // namespace

Reply lanes_live(const Context& context, Request request)
{
    const auto& services = context.services;
    if (!services.lanes || !services.lane_now) co_return not_served();
    const auto devices = devices_by_id(services);
    const bool masked = !request.who.may(Permission::person_read);
    std::string text;
    JsonWriter json(text);
    json.begin_object().key("lanes").begin_array();
    for (const auto& lane : services.lanes())
        if (request.who.sees_lane(lane.id)) write_live_lane(json, services, lane, devices, masked);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply passages(const Context& context, Request request)
{
    const auto& services = context.services;
    if (services.store == nullptr || services.passages == nullptr) co_return not_served();
    std::string flaw;
    const auto of_request = [&request](const std::string& name) { return request.text(name); };
    auto query = read_passage_query(of_request, services.utc_offset, flaw);
    const auto limit = request.number("limit", 50, 1, passages_max);
    if (!limit) flaw = "limit is 1 to 200";
    if (const auto cursor = request.text("cursor"); !cursor.empty()) {
        const auto place = read_cursor(cursor);
        if (place) query.before = *place;
        if (!place) flaw = "cursor is the \"next\" of the page before";
    }
    if (!flaw.empty()) co_return problem(400, flaw);
    const bool masked = !request.who.may(Permission::person_read);
    if (masked && (query.plate || !query.person.empty()))
        co_return problem(403, "who may not see plates and persons cannot search for them");
    query.limit = static_cast<std::size_t>(*limit);
    const auto page = co_await services.passages->select(std::move(query));
    if (!page) co_return problem(page.error());
    const auto entries = co_await entries_of(*services.store, *page);
    if (!entries) co_return problem(entries.error());
    std::string text;
    JsonWriter json(text);
    json.begin_object().key("passages").begin_array();
    for (const auto& entry : *entries)
        write_passage(json, services,
                      {.entry = *entry, .passed = has_passed(*page, entry->seq), .masked = masked});
    json.end_array().key("next");
    if (page->next)
        json.value(cursor_of(*page->next));
    else
        json.null();
    json.end_object();
    co_return json_response(std::move(text));
}

namespace {

// Hours, or days by the site's clock, in which somebody went through.
void write_traffic(JsonWriter& json, const std::vector<store::TrafficRow>& hours, bool by_day,
                   std::chrono::minutes utc_offset)
{
    using Bucket = std::tuple<base::WallTime, std::string, bool>;
    std::map<Bucket, store::TrafficRow> buckets;
    for (const auto& hour : hours) {
        const auto day = std::chrono::floor<std::chrono::days>(hour.from + utc_offset);
        const auto from = by_day ? base::WallTime(day) - utc_offset : hour.from;
        auto& bucket = buckets[{from, hour.lane, hour.vehicle}];
        bucket.in += hour.in;
        bucket.out += hour.out;
        bucket.other += hour.other;
        bucket.denied += hour.denied;
    }
    json.key("buckets").begin_array();
    for (const auto& [key, sums] : buckets) {
        const auto& [from, lane, vehicle] = key;
        json.begin_object().member("from", base::format_time(from, utc_offset)).member("lane", lane);
        json.member("kind", vehicle ? "vehicle" : "person").member("in", sums.in).member("out", sums.out);
        json.member("other", sums.other).member("denied", sums.denied).end_object();
    }
    json.end_array();
}

} // namespace

Reply traffic(const Context& context, Request request)
{
    const auto& services = context.services;
    if (services.passages == nullptr) co_return not_served();
    const auto from = read_time(request.text("from"), services.utc_offset);
    const auto to = read_time(request.text("to"), services.utc_offset);
    const auto by = request.text("by");
    if (!from || !to) co_return problem(400, "from and to are times such as 2026-01-01T08:05:00+08:00");
    if (!by.empty() && by != "hour" && by != "day") co_return problem(400, "by is hour or day");
    const auto end = *to == base::WallTime{} ? context.clock.wall() : *to;
    const auto begin = *from == base::WallTime{} ? end - std::chrono::days(1) : *from;
    if (begin > end || end - begin > traffic_max)
        co_return problem(400, "from is before to, and 400 days before it at most");
    const auto hours = co_await services.passages->traffic(begin, end);
    if (!hours) co_return problem(hours.error());
    std::string text;
    JsonWriter json(text);
    json.begin_object();
    write_traffic(json, *hours, by == "day", services.utc_offset);
    json.end_object();
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
