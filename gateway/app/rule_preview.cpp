#include "gateway/app/rule_preview.hpp"

#include "gateway/rules/replay.hpp"

#include <algorithm>

namespace gatehouse::app {
namespace {

using base::Errc;
using base::Result;

constexpr auto week = std::chrono::hours(7 * 24);
constexpr std::int64_t looked_at_max = 200'000;
constexpr std::size_t look_size = 200; // some milliseconds of all rules

class Looking {
public:
    explicit Looking(bool& flag) : flag_(flag) { flag_ = true; }
    ~Looking() { flag_ = false; }
    Looking(const Looking&) = delete;
    Looking& operator=(const Looking&) = delete;

private:
    bool& flag_;
};

api::RuleOutlook outlook_of(const rules::Replay& now, const rules::Replay& then)
{
    std::map<std::string, api::RuleOutlook::Row> rows;
    for (const auto& [kind, count] : now.raised())
        rows[kind].count = count;
    for (const auto& [kind, count] : then.raised())
        rows[kind].would = count;
    api::RuleOutlook outlook;
    for (auto& [kind, row] : rows) {
        row.kind = kind;
        outlook.rows.push_back(std::move(row));
    }
    return outlook;
}

} // namespace

std::vector<config::RuleConfig> RulePreview::read(const std::string& text, config::Issues& issues) const
{
    // One line before the text, which the issues do not count.
    const auto site =
        config::read_site("site.id = \"preview\"\n" + text, "rules", ports_.registry.vocabulary(), issues);
    for (auto& issue : issues)
        issue.line -= issue.line > 1 ? 1 : 0;
    return site.rules;
}

// The journal knows no times, but it is in their order: the number of the last entry received before then.
asio::awaitable<Result<std::int64_t>> RulePreview::last_before(base::WallTime time)
{
    auto high = ports_.store.last_seq();
    auto low = std::max<std::int64_t>(0, high - looked_at_max);
    while (low < high) {
        store::EventFilter filter;
        filter.after = low + (high - low) / 2;
        filter.limit = 1;
        const auto entries = co_await ports_.store.events(filter);
        if (!entries) co_return entries.error();
        if (entries->empty() || entries->front()->event.received_at >= time)
            high = filter.after;
        else
            low = entries->front()->seq;
    }
    co_return low;
}

asio::awaitable<Result<api::RuleOutlook>> RulePreview::look(std::string text)
{
    if (looking_) co_return Errc::busy;
    const Looking looking(looking_);
    api::RuleOutlook outlook;
    const auto wanted = read(text, outlook.issues);
    if (config::has_errors(outlook.issues)) co_return outlook;
    rules::Replay now(ports_.make(ports_.now()));
    rules::Replay then(ports_.make(wanted));
    const auto to = ports_.clock.wall();
    const auto begin = co_await last_before(to - week);
    if (!begin) co_return begin.error();
    store::EventFilter filter;
    filter.after = *begin;
    filter.limit = look_size;
    auto from = to;
    for (;;) {
        const auto entries = co_await ports_.store.events(filter);
        if (!entries) co_return entries.error();
        for (const auto& entry : *entries) {
            from = std::min(from, entry->event.received_at);
            now.take(*entry);
            then.take(*entry);
            filter.after = entry->seq;
        }
        if (entries->size() < look_size || filter.after >= *begin + looked_at_max) break;
    }
    auto issues = std::move(outlook.issues);
    outlook = outlook_of(now, then);
    outlook.issues = std::move(issues);
    outlook.from = from;
    outlook.to = to;
    co_return outlook;
}

} // namespace gatehouse::app
