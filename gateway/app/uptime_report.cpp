#include "gateway/alert/kpi.hpp"
#include "gateway/alert/quiet.hpp"
#include "gateway/app/parts.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::app {
namespace {

using base::Result;
using base::WallTime;

constexpr std::array<std::string_view, 2> told_types{"device.link", "system.notice"};
constexpr std::string_view offline = "device_offline";
constexpr std::size_t uptime_page = 1000;
constexpr std::size_t uptime_pages_max = 100;
constexpr std::size_t silences_looked_at = 1000;
// How a link was when the month began: it is told at least as often as the gateway starts.
constexpr std::chrono::days looked_before{40};

// Newest first, back to that time.
asio::awaitable<Result<void>> read_back(store::Store& store, std::string type, const WallTime from,
                                        std::vector<model::EntryPtr>& found)
{
    store::EventFilter filter;
    filter.type_prefix = std::move(type);
    filter.newest_first = true;
    filter.limit = uptime_page;
    for (std::size_t pages = 0; pages < uptime_pages_max; ++pages) {
        const auto page = co_await store.events(filter);
        if (!page) co_return page.error();
        found.insert(found.end(), page->begin(), page->end());
        if (page->size() < uptime_page || page->back()->event.received_at < from) break;
        filter.before = page->back()->seq;
    }
    co_return Result<void>();
}

// When the journal first tells of the device; before that it was not there.
asio::awaitable<Result<std::optional<WallTime>>> known_since(store::Store& store, std::string device)
{
    store::EventFilter filter;
    filter.device = std::move(device);
    filter.limit = 1;
    const auto page = co_await store.events(filter);
    if (!page) co_return page.error();
    if (page->empty()) co_return std::optional<WallTime>();
    co_return std::optional<WallTime>(page->front()->event.received_at);
}

bool is_of_lane(const config::LaneConfig& lane, const std::string& device)
{
    return lane.barrier_device == device ||
           std::find(lane.readers.begin(), lane.readers.end(), device) != lane.readers.end();
}

template <class Names>
bool names(const Names& wanted, std::string_view name)
{
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

// Whether the window is about this device's link.
bool is_about(const config::MaintenanceConfig& window, const config::SiteConfig& site,
              const std::string& device)
{
    if (!names(window.devices, device) || !names(window.kinds, offline)) return false;
    return window.lanes.empty() ||
           std::any_of(site.lanes.begin(), site.lanes.end(), [&](const config::LaneConfig& lane) {
               return names(window.lanes, lane.id) && is_of_lane(lane, device);
           });
}

bool is_about(const model::Silence& silence, const std::string& device)
{
    return silence.device == device && (silence.kind.empty() || silence.kind == offline);
}

// The window's hours within the span, day by day.
std::vector<health::TimeSpan> spans_of(const config::MaintenanceConfig& window, const health::TimeSpan& span,
                                       std::chrono::minutes utc_offset)
{
    const auto night = window.from < window.to ? std::chrono::minutes(0) : std::chrono::minutes(24 * 60);
    std::vector<health::TimeSpan> found;
    auto day = std::chrono::floor<std::chrono::days>(span.first + utc_offset) - std::chrono::days(1);
    for (; WallTime(day) - utc_offset < span.second; day += std::chrono::days(1)) {
        const auto begin = WallTime(day + window.from) - utc_offset;
        if (alert::is_within(window, begin, utc_offset))
            found.emplace_back(begin, begin + (window.to + night - window.from));
    }
    return found;
}

} // namespace

asio::awaitable<Result<std::vector<health::Uptime>>> Parts::device_uptime(std::string month)
{
    const auto wanted = alert::month_span(month, ports.clock.wall(), site.utc_offset);
    if (!wanted) co_return wanted.error();
    const health::TimeSpan span{wanted->from, std::max(wanted->from, wanted->end())};
    std::vector<model::EntryPtr> told;
    for (const auto type : told_types) {
        std::string of_type(type);
        const auto read = co_await read_back(*store, std::move(of_type), span.first - looked_before, told);
        if (!read) co_return read.error();
    }
    const auto silences = co_await store->silences(silences_looked_at);
    if (!silences) co_return silences.error();
    std::sort(told.begin(), told.end(), [](const auto& one, const auto& two) { return one->seq < two->seq; });
    std::vector<std::string> devices;
    for (const auto& device : site.devices)
        if (device.enabled) devices.push_back(device.id);
    health::UptimeTally tally(span, devices);
    for (const auto& entry : told)
        tally.observe(entry->event);
    for (const auto& device : devices) {
        const auto since = co_await known_since(*store, device);
        if (!since) co_return since.error();
        if (*since) tally.exclude(device, {span.first, **since});
        for (const auto& silence : *silences)
            if (is_about(silence, device)) tally.exclude(device, {silence.from, silence.until});
        for (const auto& window : site.maintenance)
            if (is_about(window, site, device))
                for (const auto& hours : spans_of(window, span, site.utc_offset))
                    tally.exclude(device, hours);
    }
    co_return tally.report();
}

} // namespace gatehouse::app
