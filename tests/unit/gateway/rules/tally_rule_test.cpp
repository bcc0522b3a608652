#include "gateway/rules/catalogue.hpp"
#include "tests/fakes/counting_metrics.hpp"

#include <gmock/gmock.h>

#include <set>

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

const WallTime tally_start{std::chrono::milliseconds(1'767'225'600'000)};

model::AccessAttempt refused(std::string credential, std::string reason)
{
    model::AccessAttempt attempt;
    attempt.credential = std::move(credential);
    attempt.reason = std::move(reason);
    attempt.card = "1042";
    return attempt;
}

model::AccessAttempt let_in(std::string credential)
{
    auto attempt = refused(std::move(credential), "");
    attempt.granted = true;
    return attempt;
}

// One rule that counts: how many of what, within which span.
struct TallyCase {
    std::string_view rule;
    std::string_view kind;
    int severity;
    std::size_t count;
    std::chrono::milliseconds within;
    model::Body counted;
    std::vector<model::Body> meaningless;
};

std::vector<TallyCase> tally_cases()
{
    using namespace model;
    const auto of_somebody = [] {
        auto attempt = refused("face", "not_recognised");
        attempt.person = "1042";
        return attempt;
    };
    return {
        {"stranger-repeated",
         "stranger_repeated",
         3,
         5,
         10min,
         refused("face", "not_recognised"),
         {let_in("face"), of_somebody(), refused("card", "not_recognised"), refused("face", "schedule")}},
        {"stranger-at-several-doors",
         "stranger_at_several_doors",
         3,
         3,
         5min,
         refused("face", "not_recognised"),
         {let_in("face")}},
        {"failed-attempts",
         "failed_attempts",
         3,
         5,
         10min,
         refused("password", "wrong_password"),
         {let_in("password"), refused("face", "not_recognised"), refused("card", "schedule")}},
        {"device-flapping",
         "device_flapping",
         4,
         4,
         30min,
         DeviceLink{LinkState::down, "no answer"},
         {DeviceLink{LinkState::up, ""}, DeviceLink{}}},
    };
}

class TallyTable : public testing::TestWithParam<TallyCase> {
protected:
    void SetUp() override { make(); }
    void make()
    {
        config::RuleConfig named;
        named.name = GetParam().rule;
        make(named);
    }
    void make(const config::RuleConfig& tuned)
    {
        rule.reset();
        for (auto& made : make_rules({tuned}, site, metrics))
            if (made->name() == GetParam().rule) rule = std::move(made);
    }
    [[nodiscard]] bool counts_places() const { return GetParam().rule == "stranger-at-several-doors"; }
    // Each at a door of its own where places are counted.
    std::vector<Finding> observe(const model::Body& body, std::chrono::milliseconds at, bool history = false)
    {
        model::Entry entry;
        entry.seq = ++seq;
        entry.event.id = "E" + std::to_string(seq);
        entry.event.device = counts_places() ? "face-" + std::to_string(seq) : "reader-1";
        entry.event.lane = "east-in";
        entry.event.received_at = tally_start + at;
        entry.event.history = history;
        entry.event.body = body;
        return rule->observe(entry);
    }
    // All but the last one, `apart` from each other.
    std::chrono::milliseconds nearly(std::chrono::milliseconds apart)
    {
        std::chrono::milliseconds at{0};
        for (std::size_t i = 1; i < GetParam().count; ++i, at += apart)
            EXPECT_TRUE(observe(GetParam().counted, at).empty());
        return at;
    }

    Site site{.place = [](const std::string& device, const std::string&) { return "[" + device + "]"; }};
    fakes::CountingMetrics metrics;
    std::unique_ptr<Rule> rule;
    std::int64_t seq = 0;
};

TEST_P(TallyTable, RaisesWithTheOneThatMakesTheCount)
{
    const auto at = nearly(1s);
    const auto findings = observe(GetParam().counted, at);
    ASSERT_EQ(findings.size(), 1u);
    const auto& finding = findings[0];
    EXPECT_EQ(finding.change, Finding::Change::raise);
    EXPECT_EQ(finding.kind, GetParam().kind);
    EXPECT_EQ(finding.severity, GetParam().severity);
    EXPECT_EQ(finding.device, counts_places() ? "gateway" : "reader-1");
    EXPECT_EQ(finding.evidence, "E" + std::to_string(GetParam().count));
    EXPECT_FALSE(finding.text.empty());
    EXPECT_THAT(finding.text, testing::Not(testing::HasSubstr("1042")));
    EXPECT_EQ(observe(GetParam().counted, at + 1s).size(), 1u) << "a further one is told, and counted there";
}

TEST_P(TallyTable, StaysSilentWhenTheyAreSpreadOut)
{
    const auto apart = GetParam().within / static_cast<int>(GetParam().count - 1) + 1s;
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(observe(GetParam().counted, i * apart).empty());
}

TEST_P(TallyTable, ClearsAfterItHasBeenQuietForAsLong)
{
    const auto at = nearly(1s);
    observe(GetParam().counted, at);
    EXPECT_TRUE(rule->tick(tally_start + at + GetParam().within).empty());
    const auto cleared = rule->tick(tally_start + at + GetParam().within + 1ms);
    ASSERT_EQ(cleared.size(), 1u);
    EXPECT_EQ(cleared[0].change, Finding::Change::clear);
    EXPECT_EQ(cleared[0].kind, GetParam().kind);
    EXPECT_TRUE(rule->save().empty());
}

TEST_P(TallyTable, GoesOnCountingAfterARestart)
{
    const auto at = nearly(1s);
    const auto saved = rule->save();
    make();
    rule->load(saved);
    EXPECT_EQ(rule->save(), saved);
    EXPECT_EQ(observe(GetParam().counted, at).size(), 1u);
    const auto raised = rule->save();
    make();
    rule->load(raised);
    EXPECT_EQ(rule->tick(tally_start + 24h).size(), 1u)
        << "what was raised before the restart is cleared after it";
}

TEST_P(TallyTable, IgnoresWhatMeansNothingToIt)
{
    for (const auto& body : GetParam().meaningless)
        for (int i = 0; i < 10; ++i)
            EXPECT_TRUE(observe(body, i * 1s).empty());
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(observe(GetParam().counted, i * 1s, true).empty()) << "old records all come at once";
    EXPECT_TRUE(rule->save().empty());
}

TEST_P(TallyTable, FollowsTheSitesCountSpanAndSeverity)
{
    config::RuleConfig tuned;
    tuned.name = GetParam().rule;
    tuned.count = 2;
    tuned.within = 1s;
    tuned.severity = 1;
    make(tuned);
    EXPECT_TRUE(observe(GetParam().counted, 0s).empty());
    EXPECT_TRUE(observe(GetParam().counted, 2s).empty());
    const auto findings = observe(GetParam().counted, 3s);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].severity, 1);
    tuned.enabled = false;
    make(tuned);
    EXPECT_EQ(rule, nullptr);
}

std::string tally_name(const testing::TestParamInfo<TallyCase>& of)
{
    return std::string(of.param.kind);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, TallyTable, testing::ValuesIn(tally_cases()), tally_name);

TEST(TallyRule, IsTestedForEveryRowThatCounts)
{
    std::set<std::string_view> tested;
    for (const auto& c : tally_cases())
        tested.insert(c.rule);
    for (const auto* spec : catalogue())
        EXPECT_TRUE(spec->often.count == 0 || tested.contains(spec->name)) << spec->name;
}

TEST(TallyRule, CountsTheDoorsOfAReaderApartAndClearsWithTheLast)
{
    fakes::CountingMetrics metrics;
    const Site site{.place = [](const std::string& device, const std::string&) { return device; }};
    std::unique_ptr<Rule> rule;
    for (auto& made : make_rules({}, site, metrics))
        if (made->name() == "failed-attempts") rule = std::move(made);
    const auto fail = [&](int door, std::chrono::milliseconds at) {
        model::Entry entry;
        entry.event.device = "board";
        entry.event.received_at = tally_start + at;
        auto attempt = refused("card", "unknown_credential");
        attempt.door = door;
        entry.event.body = attempt;
        return rule->observe(entry).size();
    };
    std::size_t raised = 0;
    for (int i = 0; i < 4; ++i)
        raised += fail(1, i * 1s) + fail(2, i * 1s);
    EXPECT_EQ(raised, 0u);
    EXPECT_EQ(fail(1, 5s), 1u);
    EXPECT_EQ(fail(2, 65s), 1u);
    EXPECT_EQ(rule->tick(tally_start + 10min + 6s).size(), 0u) << "the other door's is not over";
    EXPECT_EQ(rule->tick(tally_start + 10min + 66s).size(), 1u);
}

TEST(TallyRule, WaitsToBeNamedWhereMostSitesWouldHearTooMuch)
{
    fakes::CountingMetrics metrics;
    for (const auto& rule : make_rules({}, Site{}, metrics))
        EXPECT_NE(rule->name(), "stranger-at-several-doors");
}

} // namespace
} // namespace gatehouse::rules
