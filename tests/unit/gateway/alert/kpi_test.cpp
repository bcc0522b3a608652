#include "gateway/alert/kpi.hpp"

#include "gateway/alert/life.hpp"
#include "gateway/base/time_text.hpp"

#include <gtest/gtest.h>

namespace gatehouse::alert {
namespace {

using namespace std::chrono_literals;

WallTime local(const std::string& text)
{
    return base::parse_time(text, 480min).value().time;
}

// The life of one alert, step by step.
class Life {
public:
    Life(std::string kind, std::string device, int severity = 3)
    {
        life_.alert.id = "A" + std::to_string(++number);
        life_.alert.kind = std::move(kind);
        life_.alert.device = std::move(device);
        life_.alert.severity = severity;
    }
    Life& step(State to, WallTime when, const std::string& role = "guard", const std::string& result = "")
    {
        model::AlertStep made;
        made.alert = life_.alert.id;
        made.seq = ++life_.alert.steps;
        if (made.seq > 1) made.from = life_.alert.state;
        life_.alert.state = made.to = to;
        made.at = when;
        made.role = role;
        made.result = result;
        life_.steps.push_back(made);
        return *this;
    }
    operator const store::AlertLife&() const { return life_; } // NOLINT: reads as the life it is

private:
    inline static int number = 0;
    store::AlertLife life_;
};

class KpiTest : public testing::Test {
protected:
    KpiTally tally_of(Denominator denominator = Denominator::due) const
    {
        return KpiTally(month_span("2026-01", local("2026-02-10T00:00:00"), 480min).value(), denominator);
    }
    WallTime morning = local("2026-01-15T08:00:00");
};

TEST_F(KpiTest, GivesTheFiguresOfTheSeedReport)
{
    auto tally = tally_of();
    for (int i = 0; i < 11'934; ++i) {
        Life order("door_forced", "door-1", 2);
        order.step(State::raised, morning, "system");
        if (i < 11'652)
            order.step(State::closed, morning + 1h, "manager", "real");
        else if (i < 11'737)
            order.step(State::closed, morning + 1h + 1ms, "manager", "real");
        tally.add(order);
    }
    const auto row = tally.report().rows.at(0);
    EXPECT_EQ(row.closing.part, 11'737);
    EXPECT_EQ(row.closing.whole, 11'934);
    EXPECT_EQ(row.on_time.part, 11'652);
    EXPECT_NEAR(row.closing.value().value(), 0.9835, 0.00005);
    EXPECT_NEAR(row.on_time.value().value(), 0.9764, 0.00005);
}

TEST_F(KpiTest, CountsAnOrderInTheMonthInWhichItIsDueByTheSitesCalendar)
{
    const auto new_year = local("2026-01-01T00:00:00");
    const auto february = local("2026-02-01T00:00:00");
    const auto rows = std::vector<std::pair<WallTime, int>>{
        {new_year - 2h - 1ms, 0}, {new_year - 2h, 1}, {february - 2h - 1ms, 1}, {february - 2h, 0}};
    for (const auto& [filed, due] : rows) {
        auto tally = tally_of();
        tally.add(Life("tamper", "cam-1").step(State::raised, filed, "system"));
        EXPECT_EQ(tally.report().rows.at(0).due, due);
    }
    auto by_filing = tally_of(Denominator::filed);
    by_filing.add(Life("tamper", "cam-1").step(State::raised, february - 1h, "system"));
    EXPECT_EQ(by_filing.report().rows.at(0).closing.whole, 1);
    EXPECT_EQ(by_filing.report().rows.at(0).due, 0);
}

TEST_F(KpiTest, HasNoValueWithoutADenominator)
{
    const auto row = tally_of().report().rows.at(0);
    for (const auto& rate : {row.closing, row.on_time, row.rework, row.false_alarm})
        EXPECT_FALSE(rate.value());
    EXPECT_FALSE(row.acknowledge.mean_s);
    EXPECT_FALSE(row.resolve.p90_s);
}

TEST_F(KpiTest, StopsTheClockWhileSuspended)
{
    auto tally = tally_of();
    Life order("barrier_fault", "gate-1");
    order.step(State::raised, morning, "system").step(State::acknowledged, morning + 5min);
    order.step(State::suspended, morning + 1h, "manager").step(State::handling, morning + 49h);
    order.step(State::resolved, morning + 49h + 30min).step(State::closed, morning + 50h, "manager", "real");
    tally.add(order);
    const auto row = tally.report().rows.at(0);
    EXPECT_EQ(row.on_time.part, 1);
    EXPECT_EQ(row.acknowledge.mean_s, 300.0);
    EXPECT_EQ(row.resolve.mean_s, 5400.0);
}

TEST_F(KpiTest, CountsAsReworkOnlyWhatAPersonHadEnded)
{
    auto tally = tally_of();
    Life flapping("device_offline", "cam-1");
    flapping.step(State::raised, morning, "system").step(State::cleared, morning + 1min, "system");
    flapping.step(State::reopened, morning + 2min, "system")
        .step(State::closed, morning + 3min, "manager", "real");
    tally.add(flapping);
    Life again("device_offline", "cam-2");
    again.step(State::raised, morning, "system").step(State::closed, morning + 1min, "manager", "real");
    again.step(State::reopened, morning + 1h, "system");
    tally.add(again);
    const auto row = tally.report().rows.at(0);
    EXPECT_EQ(row.rework.part, 1);
    EXPECT_EQ(row.rework.whole, 2);
    EXPECT_EQ(row.closing.part, 1) << "what was reopened is not closed";
}

TEST_F(KpiTest, TakesFalseAlarmsTestsAndWhatCalledNobodyForNoOrders)
{
    auto tally = tally_of();
    tally.add(
        Life("tamper", "cam-1").step(State::raised, morning, "system").step(State::rejected, morning + 1min));
    tally.add(Life("tamper", "cam-1")
                  .step(State::raised, morning, "system")
                  .step(State::verified, morning + 1min)
                  .step(State::closed, morning + 2min, "manager", "false"));
    tally.add(Life("tamper", "cam-2")
                  .step(State::raised, morning, "system")
                  .step(State::closed, morning + 2min, "manager", "test"));
    tally.add(
        Life("tamper", "cam-2").step(State::raised, morning, "system").step(State::verified, morning + 1min));
    tally.add(Life("tamper", "cam-3").step(State::suppressed, morning, "system"));
    const auto made = tally.report();
    EXPECT_EQ(made.rows.at(0).due, 1);
    EXPECT_EQ(made.rows.at(0).false_alarm.part, 2);
    EXPECT_EQ(made.rows.at(0).false_alarm.whole, 3);
    ASSERT_EQ(made.false_rates.size(), 2u);
    EXPECT_EQ(made.false_rates[0].device, "cam-1");
    EXPECT_EQ(made.false_rates[0].rate.value(), 1.0);
}

TEST_F(KpiTest, ProposesToMuteAKindThatWasWrongTooOftenInAWeekAndShowsThePrice)
{
    auto tally = tally_of();
    const auto late = local("2026-01-28T08:00:00");
    for (int i = 0; i < 10; ++i) {
        Life wrong("tailgating", "cam-1");
        wrong.step(State::raised, late, "system");
        tally.add(i < 3 ? wrong.step(State::rejected, late + 1min)
                        : wrong.step(State::verified, late + 1min));
        Life good("tamper", "cam-1");
        good.step(State::raised, late, "system");
        tally.add(i < 2 ? good.step(State::rejected, late + 1min) : good.step(State::verified, late + 1min));
    }
    for (int i = 0; i < 4; ++i)
        tally.add(Life("duress", "d").step(State::raised, late, "system").step(State::rejected, late + 1min));
    const auto mutings = tally.report().mutings;
    ASSERT_EQ(mutings.size(), 1u) << "20 % is not above 20 %, and four say nothing";
    EXPECT_EQ(mutings[0].kind, "tailgating");
    EXPECT_EQ(mutings[0].rate.value(), 0.3);
    EXPECT_EQ(mutings[0].silenced, 10);
    EXPECT_EQ(mutings[0].real_alerts.size(), 7u);
}

TEST_F(KpiTest, GivesMeanAndNinetiethPercentile)
{
    auto tally = tally_of();
    for (int i = 1; i <= 10; ++i)
        tally.add(Life("tamper", "cam-1")
                      .step(State::raised, morning, "system")
                      .step(State::acknowledged, morning + std::chrono::seconds(i)));
    const auto spans = tally.report().rows.at(1).acknowledge;
    EXPECT_EQ(spans.count, 10u);
    EXPECT_EQ(spans.mean_s, 5.5);
    EXPECT_EQ(spans.p90_s, 9.0);
}

TEST_F(KpiTest, KnowsMonths)
{
    const auto now = local("2026-01-31T23:59:59");
    EXPECT_EQ(month_span("", now, 480min)->from, local("2026-01-01T00:00:00"));
    EXPECT_EQ(month_span("", now + 1s, 480min)->from, local("2026-02-01T00:00:00"));
    EXPECT_EQ(month_span("2024-02", now, 480min)->to, local("2024-03-01T00:00:00"));
    for (const auto* bad : {"2026-13", "2026", "2026-1", "january", "2026-01-01"})
        EXPECT_FALSE(month_span(bad, now, 480min)) << bad;
}

} // namespace
} // namespace gatehouse::alert
