#include "gateway/app/shift_report.hpp"

#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"
#include "gateway/model/enum_text.hpp"

namespace gatehouse::app {
namespace {

using base::Result;
using base::WallTime;
using model::JsonWriter;

constexpr std::chrono::hours shift_usual{12};
constexpr std::chrono::days shift_longest{7};
constexpr std::size_t commands_looked_at = 1000;
constexpr std::size_t link_pages_max = 20;

struct AlertCounts {
    std::int64_t raised = 0;
    std::int64_t closed = 0;
};

struct Loss {
    std::string device;
    WallTime at{};
    std::optional<WallTime> back_at;
};

asio::awaitable<Result<AlertCounts>> count_alerts(store::Store& store, WallTime since, WallTime now)
{
    AlertCounts counts;
    store::AlertSpan span;
    span.from = since;
    span.to = now;
    for (;;) {
        const auto lives = co_await store.alert_lives(span);
        if (!lives) co_return lives.error();
        for (const auto& [alert, steps] : *lives) {
            if (alert.state == model::Alert::State::suppressed) continue;
            if (alert.raised_at >= since) ++counts.raised;
            const bool ended =
                alert.state == model::Alert::State::closed || alert.state == model::Alert::State::rejected;
            if (ended && alert.changed_at >= since) ++counts.closed;
        }
        if (lives->size() < span.limit) co_return counts;
        span.after = lives->back().alert.id;
    }
}

// Oldest first.
asio::awaitable<Result<std::vector<model::EntryPtr>>> links_since(store::Store& store, WallTime since)
{
    std::vector<model::EntryPtr> found;
    store::EventFilter filter;
    filter.type_prefix = "device.link";
    filter.newest_first = true;
    filter.limit = 500;
    for (std::size_t pages = 0; pages < link_pages_max; ++pages) {
        const auto page = co_await store.events(filter);
        if (!page) co_return page.error();
        for (const auto& entry : *page)
            if (entry->event.received_at >= since) found.push_back(entry);
        if (page->size() < filter.limit || page->back()->event.received_at < since) break;
        filter.before = page->back()->seq;
    }
    std::reverse(found.begin(), found.end());
    co_return found;
}

std::vector<Loss> losses_in(const std::vector<model::EntryPtr>& links)
{
    std::vector<Loss> losses;
    for (const auto& entry : links) {
        const auto* link = std::get_if<model::DeviceLink>(&entry->event.body);
        if (link == nullptr) continue;
        const auto open = std::find_if(losses.rbegin(), losses.rend(), [&](const Loss& loss) {
            return loss.device == entry->event.device && !loss.back_at;
        });
        if (link->state == model::LinkState::up) {
            if (open != losses.rend()) open->back_at = entry->event.received_at;
        } else if (open == losses.rend()) {
            losses.push_back({entry->event.device, entry->event.received_at, std::nullopt});
        }
    }
    return losses;
}

// A person has moved a gate.
bool is_by_hand(const model::Command& command)
{
    using model::Action;
    const bool opens = command.action == Action::barrier_open || command.action == Action::door_open;
    return opens && !command.operator_name.empty() && command.origin != "access" && command.origin != "fire";
}

void write_openings(JsonWriter& json, const std::vector<store::CommandRecord>& records, WallTime since,
                    const std::function<bool(const std::string&)>& sees_lane, std::chrono::minutes offset)
{
    json.key("opened_by_hand").begin_array();
    for (const auto& [command, outcome] : records) {
        if (command.issued_at < since || !is_by_hand(command) || !sees_lane(command.lane)) continue;
        json.begin_object().member("at", base::format_time(command.issued_at, offset));
        json.member("operator", command.operator_name).member("lane", command.lane);
        json.member_if("device", command.device).member("reason", command.reason);
        json.member("result", outcome ? model::to_string(outcome->status) : std::string_view("open"))
            .end_object();
    }
    json.end_array();
}

void write_losses(JsonWriter& json, const std::vector<Loss>& losses, std::chrono::minutes offset)
{
    json.key("devices_lost").begin_array();
    for (const auto& loss : losses) {
        json.begin_object()
            .member("id", loss.device)
            .member("at", base::format_time(loss.at, offset))
            .key("back_at");
        if (loss.back_at)
            json.value(base::format_time(*loss.back_at, offset));
        else
            json.null();
        json.end_object();
    }
    json.end_array();
}

} // namespace

asio::awaitable<Result<std::string>> shift_report(Parts& parts, std::optional<WallTime> since,
                                                  std::function<bool(const std::string&)> sees_lane)
{
    const auto now = parts.ports.clock.wall();
    const auto offset = parts.site.utc_offset;
    const auto handovers = co_await parts.store->handovers(1);
    if (!handovers) co_return handovers.error();
    const auto usual = handovers->empty() ? now - shift_usual : handovers->front().at;
    const auto begin = std::clamp(since.value_or(usual), WallTime(now - shift_longest), now);
    store::PassageCounts passed;
    if (parts.passage_index) {
        const auto counted = co_await parts.passage_index->count(begin, now);
        if (!counted) co_return counted.error();
        passed = *counted;
    }
    const auto alerts = co_await count_alerts(*parts.store, begin, now);
    if (!alerts) co_return alerts.error();
    const auto records = co_await parts.store->recent_commands(commands_looked_at);
    if (!records) co_return records.error();
    const auto links = co_await links_since(*parts.store, begin);
    if (!links) co_return links.error();
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("since", base::format_time(begin, offset));
    json.member("until", base::format_time(now, offset)).key("passages").begin_object();
    json.member("vehicles", passed.vehicles)
        .member("persons", passed.persons)
        .member("denied", passed.denied);
    json.end_object();
    write_openings(json, *records, begin, sees_lane, offset);
    json.key("alerts").begin_object().member("raised", alerts->raised).member("closed", alerts->closed);
    json.member("open", static_cast<std::int64_t>(parts.alerts->alerts().size())).end_object();
    write_losses(json, losses_in(*links), offset);
    json.key("handover");
    if (handovers->empty())
        json.null();
    else
        api::write_handover(json, handovers->front(), offset);
    json.end_object();
    co_return text;
}

} // namespace gatehouse::app
