#include "gateway/rules/catalogue.hpp"
#include "tests/fakes/counting_metrics.hpp"

#include <gmock/gmock.h>

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;
using model::Direction;
using testing::HasSubstr;
using testing::Not;

const WallTime welfare_start{std::chrono::milliseconds(1'767'225'600'000)};

class WelfareTest : public testing::Test {
protected:
    WelfareTest()
    {
        config::WelfareConfig li;
        li.id = "welfare-1";
        li.person = "1042";
        li.name = "3号楼201";
        li.consent = "2026-01-05, signed form 17";
        li.after = 24h;
        residents = {li};
        make();
        (void)rule->tick(welfare_start);
    }
    void make()
    {
        Site site;
        site.welfare = residents;
        for (auto& made : make_rules({}, site, metrics))
            if (made->name() == "welfare") rule = std::move(made);
    }
    void restart()
    {
        const auto saved = rule->save();
        make();
        rule->load(saved);
    }
    std::vector<Finding> passes(std::string person, std::chrono::milliseconds at,
                                Direction direction = Direction::in, bool history = false)
    {
        model::AccessAttempt attempt;
        attempt.granted = true;
        attempt.person = std::move(person);
        model::Entry entry;
        entry.seq = ++seq;
        entry.event.id = "E" + std::to_string(seq);
        entry.event.device = "face-1";
        entry.event.lane = "door";
        entry.event.direction = direction;
        entry.event.occurred_at = welfare_start + at;
        entry.event.received_at = welfare_start + (history ? 48h : at);
        entry.event.history = history;
        entry.event.body = std::move(attempt);
        return rule->observe(entry);
    }
    std::vector<Finding> tick(std::chrono::milliseconds at) { return rule->tick(welfare_start + at); }

    std::vector<config::WelfareConfig> residents;
    fakes::CountingMetrics metrics;
    std::unique_ptr<Rule> rule;
    std::int64_t seq = 0;
};

TEST_F(WelfareTest, MissesAResidentOnceAndNamesThemAsTheyChose)
{
    (void)passes("1042", 1h);
    EXPECT_TRUE(tick(25h - 1ms).empty());
    const auto findings = tick(25h);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].kind, "welfare");
    EXPECT_EQ(findings[0].severity, 2);
    EXPECT_EQ(findings[0].device, "welfare-1");
    EXPECT_EQ(findings[0].text, "3号楼201已超过24小时没有出入记录，请上门看望");
    EXPECT_TRUE(findings[0].evidence.empty()) << "no way from the alert to the person and the door";
    EXPECT_TRUE(findings[0].lane.empty());
    EXPECT_TRUE(tick(26h).empty());
    const auto cleared = passes("1042", 27h);
    ASSERT_EQ(cleared.size(), 1u);
    EXPECT_EQ(cleared[0].change, Finding::Change::clear);
    EXPECT_EQ(tick(51h).size(), 1u);
}

TEST_F(WelfareTest, RemembersNobodyElseAndNoPerson)
{
    const auto before = rule->save();
    EXPECT_TRUE(passes("2077", 1h).empty());
    EXPECT_TRUE(passes("", 1h).empty());
    EXPECT_EQ(rule->save(), before);
    (void)passes("1042", 2h);
    EXPECT_THAT(rule->save(), Not(HasSubstr("1042")));
    EXPECT_THAT(rule->save(), Not(HasSubstr("face-1")));
}

TEST_F(WelfareTest, StaysQuietWhileTheResidentIsOutUnlessToldOtherwise)
{
    (void)passes("1042", 1h, Direction::out);
    EXPECT_TRUE(tick(200h).empty());
    (void)passes("1042", 201h, Direction::in);
    EXPECT_EQ(tick(225h).size(), 1u);
    residents[0].quiet_when_out = false;
    make();
    (void)tick(0h);
    (void)passes("1042", 1h, Direction::out);
    EXPECT_EQ(tick(25h).size(), 1u);
}

TEST_F(WelfareTest, LetsTheTimeRunOnThroughARestartAndGivesReadersTimeToTellWhatTheySaw)
{
    (void)passes("1042", 1h);
    restart();
    EXPECT_TRUE(tick(48h).empty()) << "nobody is missed before the readers have told what they kept";
    (void)passes("1042", 40h, Direction::in, true);
    EXPECT_TRUE(tick(49h).empty());
    restart();
    (void)tick(63h);
    EXPECT_EQ(tick(64h).size(), 1u);
    restart();
    (void)tick(65h);
    EXPECT_TRUE(tick(66h).empty()) << "told once";
    EXPECT_EQ(passes("1042", 67h).size(), 1u);
}

TEST_F(WelfareTest, ForgetsWhoIsNoLongerConfigured)
{
    (void)passes("1042", 1h);
    const auto saved = rule->save();
    residents.clear();
    make();
    rule->load(saved);
    EXPECT_TRUE(rule->save().empty());
    EXPECT_TRUE(tick(100h).empty());
}

} // namespace
} // namespace gatehouse::rules
