#include "gateway/alert/kpi.hpp"

#include "gateway/alert/life.hpp"
#include "gateway/base/time_text.hpp"

#include <algorithm>
#include <numeric>

namespace gatehouse::alert {
namespace {

Spans spans_of(std::vector<std::int64_t> times_ms)
{
    Spans spans;
    spans.count = times_ms.size();
    if (times_ms.empty()) return spans;
    std::sort(times_ms.begin(), times_ms.end());
    const auto sum = std::accumulate(times_ms.begin(), times_ms.end(), std::int64_t{0});
    spans.mean_s = static_cast<double>(sum) / 1000.0 / static_cast<double>(times_ms.size());
    const auto rank = (times_ms.size() * 9 + 9) / 10; // rounded up
    spans.p90_s = static_cast<double>(times_ms[rank - 1]) / 1000.0;
    return spans;
}

} // namespace

std::optional<double> Ratio::value() const
{
    if (whole == 0) return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

base::Result<KpiSpan> month_span(const std::string& month, WallTime now, std::chrono::minutes utc_offset)
{
    const auto day = std::chrono::floor<std::chrono::days>(now + utc_offset);
    const std::chrono::year_month_day today(day);
    auto wanted = today.year() / today.month();
    if (!month.empty()) {
        const auto first = base::parse_time(month + "-01T00:00:00", std::chrono::minutes(0));
        if (!first || month.size() != 7) return base::Errc::bad_input;
        const std::chrono::year_month_day given(std::chrono::floor<std::chrono::days>(first->time));
        wanted = given.year() / given.month();
    }
    const auto begin = [&](std::chrono::year_month one) {
        return WallTime(std::chrono::sys_days(one / 1)) - utc_offset;
    };
    return KpiSpan{begin(wanted), begin(wanted + std::chrono::months(1)), now};
}

// What the steps of one alert say.
struct KpiTally::Facts {
    std::optional<WallTime> filed; // the first call
    std::optional<WallTime> due;
    std::optional<WallTime> acknowledged;
    std::optional<WallTime> resolved;
    std::optional<WallTime> closed; // for good, as far as is known
    std::optional<WallTime> real;   // judged to be so
    std::optional<WallTime> wrong;
    std::chrono::milliseconds paused{0};
    std::int64_t closings = 0; // in the month
    std::int64_t reopenings = 0;
    bool is_test = false;
    [[nodiscard]] bool is_order() const { return filed && !wrong && !is_test; }
};

KpiTally::Facts KpiTally::facts_of(const store::AlertLife& life) const
{
    Facts facts;
    std::optional<WallTime> suspended;
    const auto first = [](std::optional<WallTime>& time, WallTime at) {
        if (!time) time = at;
    };
    for (const auto& step : life.steps) {
        if (step.at > span_.as_of) break;
        const bool by_person = step.role != model::to_string(Role::system);
        if (suspended) facts.paused += step.at - *suspended;
        suspended.reset();
        switch (step.to) {
        case State::raised: first(facts.filed, step.at); break;
        case State::verified: first(facts.real, step.at); break;
        case State::acknowledged: first(facts.acknowledged, step.at); break;
        case State::resolved: first(facts.resolved, step.at); break;
        case State::suspended: suspended = step.at; break;
        case State::rejected: facts.wrong = step.at; break;
        case State::reopened:
            first(facts.filed, step.at);
            facts.closed.reset();
            if (step.from != State::cleared && is_within(step.at)) ++facts.reopenings;
            break;
        case State::closed:
            if (step.from == State::suppressed) break;
            facts.closed = step.at;
            if (by_person) first(facts.resolved, step.at);
            if (is_within(step.at)) ++facts.closings;
            if (step.result == "real") first(facts.real, step.at);
            if (step.result == "false") facts.wrong = step.at;
            facts.is_test = step.result == "test";
            break;
        default: break;
        }
    }
    if (suspended) facts.paused += span_.as_of - *suspended;
    if (facts.filed) facts.due = *facts.filed + clear_within(life.alert.severity) + facts.paused;
    return facts;
}

bool KpiTally::is_within(const std::optional<WallTime>& at) const
{
    return at && *at >= span_.from && *at < span_.end();
}

void KpiTally::add(const store::AlertLife& life)
{
    const auto facts = facts_of(life);
    if (!facts.filed) return; // nobody was ever called for it
    count(all_, facts);
    count(by_kind_[life.alert.kind], facts);
    const auto judged = facts.wrong ? facts.wrong : facts.real;
    if (is_within(judged)) {
        auto& rate = by_device_[{life.alert.kind, life.alert.device}];
        ++rate.whole;
        if (facts.wrong) ++rate.part;
    }
    count_week(life, facts);
}

void KpiTally::count(Counts& counts, const Facts& facts) const
{
    auto& row = counts.row;
    const bool due = facts.is_order() && is_within(facts.due);
    const bool filed = facts.is_order() && is_within(facts.filed);
    row.due += due ? 1 : 0;
    row.filed += filed ? 1 : 0;
    if (denominator_ == Denominator::due ? due : filed) {
        for (auto* rate : {&row.closing, &row.on_time})
            ++rate->whole;
        if (facts.closed) ++row.closing.part;
        if (facts.closed && *facts.closed <= *facts.due) ++row.on_time.part;
    }
    row.rework.part += facts.reopenings;
    row.rework.whole += facts.closings;
    if (is_within(facts.wrong ? facts.wrong : facts.real)) {
        ++row.false_alarm.whole;
        if (facts.wrong) ++row.false_alarm.part;
    }
    if (is_within(facts.acknowledged))
        counts.acknowledge_ms.push_back((*facts.acknowledged - *facts.filed).count());
    if (is_within(facts.resolved))
        counts.resolve_ms.push_back((*facts.resolved - *facts.filed - facts.paused).count());
}

void KpiTally::count_week(const store::AlertLife& life, const Facts& facts)
{
    const auto in_week = [&](const std::optional<WallTime>& at) {
        return at && *at >= span_.week() && *at < span_.end();
    };
    auto& muting = week_[life.alert.kind];
    if (in_week(facts.wrong ? facts.wrong : facts.real)) {
        ++muting.rate.whole;
        if (facts.wrong) ++muting.rate.part;
    }
    if (!in_week(facts.filed)) return;
    ++muting.silenced;
    if (facts.real && !facts.wrong && muting.real_alerts.size() < real_alerts_max)
        muting.real_alerts.push_back(life.alert.id);
}

KpiReport KpiTally::report() const
{
    KpiReport made;
    made.span = span_;
    made.denominator = denominator_;
    const auto row_of = [](const std::string& kind, const Counts& counts) {
        auto row = counts.row;
        row.kind = kind;
        row.acknowledge = spans_of(counts.acknowledge_ms);
        row.resolve = spans_of(counts.resolve_ms);
        return row;
    };
    made.rows.push_back(row_of("", all_));
    for (const auto& [kind, counts] : by_kind_)
        made.rows.push_back(row_of(kind, counts));
    for (const auto& [place, rate] : by_device_)
        made.false_rates.push_back({place.first, place.second, rate});
    for (const auto& [kind, muting] : week_) {
        if (muting.rate.whole < judged_min || muting.rate.value().value_or(0) <= false_max) continue;
        made.mutings.push_back(muting);
        made.mutings.back().kind = kind;
    }
    return made;
}

} // namespace gatehouse::alert
