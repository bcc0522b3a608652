#include "gateway/audit/watch.hpp"

#include "gateway/audit/chain.hpp"
#include "gateway/base/local_time.hpp"
#include "gateway/base/log.hpp"

#include <algorithm>

namespace gatehouse::audit {
namespace {

using base::kv;
using namespace std::chrono_literals;
namespace log = base::log;

constexpr auto round_time = 1min; // a kill takes at most so much from what the note guards
constexpr auto look_hour = 4h;    // local; most upstreams have caught up by then
constexpr std::size_t told_max = 3;

// What was found, for the notice, the alert and the row.
std::string summary(const Report& report)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(report.faults.size(), told_max); ++i)
        text += (i == 0 ? "" : "; ") + report.faults[i].text;
    if (report.faults_total > told_max)
        text += "; and " + std::to_string(report.faults_total - told_max) + " more";
    return text;
}

// What a chained row tells already need not be told again at every start.
bool told_before(const Report& report, const std::string& text)
{
    return std::any_of(report.alarms.begin(), report.alarms.end(),
                       [&](const Remark& alarm) { return alarm.text.ends_with(": " + text); });
}

} // namespace

Watch::Watch(Ports ports) : ports_(std::move(ports)) {}

// A clock that was set back must not put the next look off.
bool Watch::due() const
{
    const auto now = ports_.clock.wall();
    return now >= next_look_ || next_look_ - now > 24h;
}

asio::awaitable<void> Watch::run()
{
    for (;;) {
        if (due()) {
            const auto done = co_await look();
            if (!done) log::warn("the audit could not be checked", kv("why", done.error()));
            if (done) {
                looked_ = true;
                next_look_ = base::next_local(ports_.clock.wall(), ports_.utc_offset, look_hour);
            }
        }
        co_await note();
        co_await ports_.clock.sleep_for(round_time);
    }
}

asio::awaitable<base::Result<void>> Watch::look()
{
    const auto report = co_await ports_.verify();
    if (!report) co_return report.error();
    std::vector<model::Body> notices;
    std::vector<Record> records;
    notices.emplace_back(model::SystemNotice{"audit_head", true, to_text(report->head)});
    auto found = summary(*report);
    if (!found.empty() && !told_before(*report, found)) {
        log::error("the audit is not whole", kv("what", found));
        notices.emplace_back(model::SystemNotice{"audit_broken", false, found});
        records.push_back({.at = ports_.clock.wall(),
                           .actor = "gateway",
                           .action = std::string(broken_action),
                           .target = "audit",
                           .detail = std::move(found),
                           .result = "found"});
    }
    co_return co_await ports_.tell(std::move(notices), std::move(records));
}

asio::awaitable<void> Watch::note()
{
    if (!looked_) co_return;
    const auto noted = co_await ports_.note_head();
    if (!noted) log::warn("the audit's newest row could not be noted", kv("why", noted.error()));
}

} // namespace gatehouse::audit
