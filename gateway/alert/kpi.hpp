#pragma once
#include "gateway/store/store.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::alert {

using base::WallTime;

// What the rates of orders are rates of (domain.md §7: cities publish both).
enum class Denominator { due, filed };

// A rate with its counts; without a denominator it has no value.
struct Ratio {
    std::int64_t part = 0;
    std::int64_t whole = 0;
    [[nodiscard]] std::optional<double> value() const;
};

// How long something took.
struct Spans {
    std::size_t count = 0;
    std::optional<double> mean_s;
    std::optional<double> p90_s; // nearest rank
};

// The figures of one kind of alert. An order is an alert that has called somebody and was neither a false
// alarm nor a test.
struct KpiRow {
    std::string kind; // empty: all of the estate
    std::int64_t filed = 0;
    std::int64_t due = 0;
    Ratio closing;     // orders closed ÷ orders due (or filed)
    Ratio on_time;     // orders closed before they were due ÷ the same
    Ratio rework;      // reopened after resolved or closed ÷ closed
    Ratio false_alarm; // false ÷ (real + false)
    Spans acknowledge; // from the call to the first person who takes it on
    Spans resolve;     // from the call until a person says that it is over, without suspensions
};

struct FalseRate {
    std::string kind;
    std::string device;
    Ratio rate;
};

// A rule that was wrong too often in a week, and what its muting would have silenced then.
struct Muting {
    std::string kind;
    Ratio rate;
    std::int64_t silenced = 0;            // calls
    std::vector<std::string> real_alerts; // of them: ids; at most real_alerts_max
};

struct KpiSpan {
    WallTime from{};
    WallTime to{}; // not included
    WallTime as_of{};
    // The end of the last whole moment looked at, and the week before it.
    [[nodiscard]] WallTime end() const { return std::min(to, as_of); }
    [[nodiscard]] WallTime week() const { return end() - std::chrono::days(7); }
};

struct KpiReport {
    KpiSpan span;
    Denominator denominator = Denominator::due;
    std::vector<KpiRow> rows; // all of the estate first, then kind by kind
    std::vector<FalseRate> false_rates;
    std::vector<Muting> mutings;
};

// The calendar month "2026-01"; an empty text is that of `now`. Errors: bad_input.
[[nodiscard]] base::Result<KpiSpan> month_span(const std::string& month, WallTime now,
                                               std::chrono::minutes utc_offset);

// Computes the figures of domain.md §7 from transitions alone, alert by alert. Pure.
class KpiTally {
public:
    static constexpr double false_max = 0.2;      // of the judged alerts of a week; above: muting is proposed
    static constexpr std::int64_t judged_min = 5; // fewer say nothing about a rule (ours)
    static constexpr std::size_t real_alerts_max = 20;

    KpiTally(KpiSpan span, Denominator denominator) : span_(span), denominator_(denominator) {}
    void add(const store::AlertLife& life);
    [[nodiscard]] KpiReport report() const;

private:
    struct Facts;
    struct Counts {
        KpiRow row;
        std::vector<std::int64_t> acknowledge_ms;
        std::vector<std::int64_t> resolve_ms;
    };
    [[nodiscard]] Facts facts_of(const store::AlertLife& life) const;
    void count(Counts& counts, const Facts& facts) const;
    void count_week(const store::AlertLife& life, const Facts& facts);
    [[nodiscard]] bool is_within(const std::optional<WallTime>& at) const;

    KpiSpan span_;
    Denominator denominator_;
    Counts all_;
    std::map<std::string, Counts> by_kind_;
    std::map<std::pair<std::string, std::string>, Ratio> by_device_; // kind and device
    std::map<std::string, Muting> week_;
};

} // namespace gatehouse::alert
