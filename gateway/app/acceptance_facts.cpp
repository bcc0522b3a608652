#include "gateway/app/acceptance_facts.hpp"

#include "gateway/app/parts.hpp"

#include <algorithm>

namespace gatehouse::app {
namespace {

using acceptance::Facts;
using base::Result;
using base::WallTime;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr auto trial_span = hours(30 * 24);
constexpr auto drill_span = hours(24);
constexpr std::size_t links_max = 1000;
constexpr std::size_t reads_max = 100;

bool is_read(const model::Body& body)
{
    return std::holds_alternative<model::VehiclePassage>(body) ||
           std::holds_alternative<model::AccessAttempt>(body);
}

acceptance::DeviceFact fact_of(const config::DeviceConfig& config, const device::DeviceStatus& status)
{
    acceptance::DeviceFact fact;
    fact.id = config.id;
    fact.name = config.name;
    fact.kind = config.kind;
    fact.up = status.link == model::LinkState::up;
    fact.why = status.why;
    fact.model = status.model;
    fact.firmware = status.firmware;
    fact.clock_offset_ms = status.clock_offset_ms;
    return fact;
}

acceptance::PassageFact fact_of(const model::Entry& entry)
{
    acceptance::PassageFact fact;
    fact.event = entry.event.id;
    if (entry.event.decision) fact.read_to_act_ms = entry.event.decision->latency_ms;
    fact.capture_to_gateway_ms = (entry.event.received_at - entry.event.occurred_at).count();
    return fact;
}

// Gathers the facts one after the other; each of its steps may end it with the store's error.
class Gathering {
public:
    explicit Gathering(Parts& parts) : parts_(parts), now_(parts.ports.clock.wall()) {}

    asio::awaitable<Result<Facts>> gather()
    {
        facts_.lanes = parts_.site.lanes;
        facts_.retention = parts_.site.retention;
        facts_.fire_inputs = !parts_.site.fire.inputs.empty();
        facts_.clock_synced = parts_.clock_watch->synced();
        auto done = co_await devices();
        if (done) done = co_await passages();
        if (done) done = co_await upstreams();
        if (done) done = co_await audit();
        if (!done) co_return done.error();
        co_return std::move(facts_);
    }

private:
    asio::awaitable<Result<std::vector<model::EntryPtr>>> newest(std::string device, std::string type,
                                                                 std::size_t limit)
    {
        store::EventFilter filter;
        filter.device = std::move(device);
        filter.type_prefix = std::move(type);
        filter.newest_first = true;
        filter.limit = limit;
        co_return co_await parts_.store->events(std::move(filter));
    }

    asio::awaitable<Result<void>> devices()
    {
        const auto configured = parts_.site.devices; // a reload may change them meanwhile
        for (const auto& config : configured) {
            if (!config.enabled) continue;
            const auto status = parts_.supervisor->status(config.id);
            auto fact = fact_of(config, status ? *status : device::DeviceStatus());
            const auto links = co_await newest(config.id, "device.link", links_max);
            if (!links) co_return links.error();
            fact.on_line = on_line_rate(*links, now_ - trial_span, now_);
            if (fact.up && config.lists != config::ListPolicy::off) {
                const auto states = co_await parts_.list_sync->sync(config.id, false, "gateway");
                fact.lists_in_step =
                    states && std::all_of(states->begin(), states->end(),
                                          [](const access::ListState& state) { return state.in_step(); });
            }
            facts_.devices.push_back(std::move(fact));
        }
        co_return Result<void>();
    }

    asio::awaitable<Result<void>> passages()
    {
        const auto cursors = co_await parts_.store->cursors();
        if (!cursors) co_return cursors.error();
        for (const auto& lane : facts_.lanes)
            for (const auto& reader : lane.readers) {
                const auto entries = co_await newest(reader, "", reads_max);
                if (!entries) co_return entries.error();
                for (const auto& entry : *entries)
                    take(*entry, lane.id, *cursors);
            }
        co_return Result<void>();
    }

    void take(const model::Entry& entry, const std::string& lane,
              const std::vector<store::CursorMove>& cursors)
    {
        const auto& event = entry.event;
        if (event.lane != lane || event.history || !is_read(event.body)) return;
        if (now_ - event.received_at > drill_span || facts_.passages.contains(lane)) return;
        auto fact = fact_of(entry);
        for (const auto& upstream : parts_.site.upstreams) {
            const auto there =
                std::any_of(cursors.begin(), cursors.end(), [&](const store::CursorMove& cursor) {
                    return cursor.reader == "sink/" + upstream.name && cursor.priority == entry.priority &&
                           cursor.seq >= entry.seq;
                });
            fact.upstream = fact.upstream.value_or(true) && there;
        }
        facts_.passages.emplace(lane, std::move(fact));
    }

    asio::awaitable<Result<void>> upstreams()
    {
        auto notices = co_await newest("gateway", "system.notice", links_max);
        if (!notices) co_return notices.error();
        std::erase_if(*notices, [this](const model::EntryPtr& entry) {
            return now_ - entry->event.received_at > drill_span;
        });
        const auto running = parts_.outlets;
        for (const auto& outlet : running) {
            const auto measured = co_await outlet->dispatcher().measure();
            if (!measured) co_return measured.error();
            acceptance::UpstreamFact fact;
            fact.name = outlet->config().name;
            fact.up = outlet->up();
            fact.backlog = measured->backlog.entries + measured->backlog.alerts;
            fact.longest_outage = longest_outage(*notices, fact.name);
            facts_.upstreams.push_back(std::move(fact));
        }
        const auto gaps = co_await newest("gateway", "system.gap", links_max);
        if (!gaps) co_return gaps.error();
        for (const auto& entry : *gaps) {
            const auto* gap = std::get_if<model::Gap>(&entry->event.body);
            if (gap != nullptr && now_ - entry->event.received_at <= drill_span)
                facts_.entries_lost += gap->count;
        }
        co_return Result<void>();
    }

    asio::awaitable<Result<void>> audit()
    {
        const auto report = co_await parts_.store->check_audit(std::nullopt);
        if (!report) co_return report.error();
        facts_.audit_whole = report->whole();
        facts_.audit_rows = report->rows;
        co_return Result<void>();
    }

    Parts& parts_;
    WallTime now_;
    Facts facts_;
};

} // namespace

asio::awaitable<Result<Facts>> acceptance_facts(Parts& parts)
{
    Gathering gathering(parts);
    co_return co_await gathering.gather();
}

std::optional<double> on_line_rate(const std::vector<model::EntryPtr>& links, WallTime from, WallTime now)
{
    milliseconds up{0};
    auto until = now;
    auto begin = now;
    for (const auto& entry : links) {
        const auto* link = std::get_if<model::DeviceLink>(&entry->event.body);
        if (link == nullptr || until <= from) continue;
        const auto since = std::max(entry->event.received_at, from);
        if (link->state == model::LinkState::up) up += until - since;
        until = begin = since;
    }
    if (begin >= now) return std::nullopt;
    return static_cast<double>(up.count()) / static_cast<double>((now - begin).count());
}

milliseconds longest_outage(const std::vector<model::EntryPtr>& notices, const std::string& upstream)
{
    milliseconds longest{0};
    std::optional<WallTime> back;
    for (const auto& entry : notices) {
        const auto* notice = std::get_if<model::SystemNotice>(&entry->event.body);
        if (notice == nullptr || notice->what != "upstream" || !notice->detail.starts_with(upstream + ":"))
            continue;
        const auto at = entry->event.received_at;
        if (!notice->ok && back)
            longest = std::max(longest, std::chrono::duration_cast<milliseconds>(*back - at));
        back = notice->ok ? std::optional(at) : std::nullopt;
    }
    return longest;
}

} // namespace gatehouse::app
