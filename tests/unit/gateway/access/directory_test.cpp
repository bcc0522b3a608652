#include "gateway/access/directory.hpp"

#include "gateway/base/time_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::access {
namespace {

using model::Decision;
using store::Credential;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::minutes site_offset{480};

base::WallTime at(std::string_view text)
{
    return base::parse_time(text, site_offset)->time;
}

const auto noon = at("2026-01-15T12:00:00+08:00");

Credential entry(std::string value, std::string list = "resident",
                 Credential::Type type = Credential::Type::plate)
{
    Credential credential;
    credential.type = type;
    credential.value = std::move(value);
    credential.list = std::move(list);
    credential.name = "Zhang San";
    return credential;
}

class Deciding : public testing::Test {
protected:
    Decision plate(std::vector<Credential> entries, std::string_view lane = "east-in",
                   base::WallTime when = noon)
    {
        directory_.load(entries);
        return directory_.decide_plate(lane, "沪A12345", when);
    }
    Directory directory_{site_offset};
};

TEST_F(Deciding, OpensForAPlateOnAList)
{
    const auto decision = plate({entry("沪A12345")});
    EXPECT_EQ(decision.result, Decision::Result::open);
    EXPECT_EQ(decision.rule, "resident-list");
    EXPECT_THAT(decision.reasons, ElementsAre("The plate is on list \"resident\"."));
    EXPECT_EQ(plate({entry("沪A12345", "visitor")}).rule, "visitor-list");
}

TEST_F(Deciding, RefusesWhatIsOnNoListOrWasNotRead)
{
    const auto decision = plate({entry("沪A12346")});
    EXPECT_EQ(decision.result, Decision::Result::refuse);
    EXPECT_EQ(decision.rule, "not-listed");
    EXPECT_EQ(directory_.decide_plate("east-in", "", noon).rule, "no-plate");
    EXPECT_EQ(directory_.decide_person("east-in", "", noon).rule, "not-recognised");
    EXPECT_EQ(directory_.decide_card("east-in", "", noon).rule, "no-card");
}

TEST_F(Deciding, LetsTheDenyListHaveTheLastWord)
{
    const auto decision = plate({entry("沪A12345"), entry("沪A12345", "deny"), entry("沪A12345", "visitor")});
    EXPECT_EQ(decision.result, Decision::Result::refuse);
    EXPECT_EQ(decision.rule, "deny-list");
}

TEST_F(Deciding, NeverOpensForAListWhoseNameKeepsOut)
{
    for (const auto* name : {"blacklist", "blocked", "blocked-cars", "my_blacklist", "黑名单", "拉黑"})
        EXPECT_EQ(plate({entry("沪A12345"), entry("沪A12345", name)}).rule, "deny-list") << name;
    for (const auto* name : {"whitelist", "block-3", "vip", "temporary"})
        EXPECT_EQ(plate({entry("沪A12345", name)}).result, Decision::Result::open) << name;
}

TEST_F(Deciding, ForgetsADenyEntryWhoseTimeIsOver)
{
    auto denied = entry("沪A12345", "deny");
    denied.valid_to = at("2026-01-10T00:00:00+08:00");
    EXPECT_EQ(plate({denied, entry("沪A12345")}).rule, "resident-list");
    EXPECT_EQ(plate({denied}).rule, "not-listed");
}

TEST_F(Deciding, CountsTheLastDayInFull)
{
    auto visitor = entry("沪A12345", "visitor");
    visitor.valid_from = at("2026-01-10T00:00:00+08:00");
    visitor.valid_to = at("2026-01-31T00:00:00+08:00"); // given as a date
    EXPECT_EQ(plate({visitor}, "east-in", at("2026-01-09T23:59:59.999+08:00")).rule, "not-yet-valid");
    EXPECT_EQ(plate({visitor}, "east-in", at("2026-01-10T00:00:00+08:00")).rule, "visitor-list");
    EXPECT_EQ(plate({visitor}, "east-in", at("2026-01-31T23:59:59.999+08:00")).rule, "visitor-list");
    const auto late = plate({visitor}, "east-in", at("2026-02-01T00:00:00+08:00"));
    EXPECT_EQ(late.rule, "expired");
    EXPECT_THAT(late.reasons.at(0), HasSubstr("only until 2026-01-31"));
}

TEST_F(Deciding, EndsToTheMinuteWhenAMinuteWasGiven)
{
    auto visitor = entry("沪A12345", "visitor");
    visitor.valid_to = at("2026-01-15T18:30:00+08:00");
    EXPECT_EQ(plate({visitor}, "", at("2026-01-15T18:30:00+08:00")).result, Decision::Result::open);
    EXPECT_EQ(plate({visitor}, "", at("2026-01-15T18:30:01+08:00")).rule, "expired");
}

TEST_F(Deciding, KeepsToTheLanesOfAnEntry)
{
    auto limited = entry("沪A12345");
    limited.lanes = {"west-in", "east-in"};
    EXPECT_EQ(plate({limited}, "east-in").result, Decision::Result::open);
    EXPECT_EQ(plate({limited}, "garage").rule, "wrong-lane");
    EXPECT_EQ(plate({limited}, "").result, Decision::Result::open);
}

TEST_F(Deciding, TakesAnyEntryThatIsValidNow)
{
    auto expired = entry("沪A12345", "visitor");
    expired.valid_to = at("2026-01-01T00:00:00+08:00");
    EXPECT_EQ(plate({expired, entry("沪A12345")}).rule, "resident-list");
}

TEST_F(Deciding, ExplainsWithEveryReasonAndNoName)
{
    auto expired = entry("沪A12345", "visitor");
    expired.valid_to = at("2026-01-01T00:00:00+08:00");
    directory_.load({expired, entry("沪A12345")});
    const auto decision = directory_.decide_plate("east-in", "沪A12345", noon, true);
    EXPECT_THAT(decision.reasons,
                ElementsAre("The plate is on list \"resident\".",
                            "The plate is on list \"visitor\", but only until 2026-01-01."));
    for (const auto& reason : decision.reasons)
        EXPECT_EQ(reason.find("Zhang"), std::string::npos);
}

TEST_F(Deciding, KeepsPlatesPersonsAndCardsApart)
{
    directory_.load({entry("10086", "resident", Credential::Type::person),
                     entry("777", "resident", Credential::Type::card)});
    EXPECT_EQ(directory_.size(Credential::Type::person), 1U);
    EXPECT_EQ(directory_.decide_person("", "10086", noon).result, Decision::Result::open);
    EXPECT_EQ(directory_.decide_card("", "777", noon).result, Decision::Result::open);
    EXPECT_EQ(directory_.decide_card("", "10086", noon).result, Decision::Result::refuse);
    EXPECT_EQ(directory_.decide_plate("", "777", noon).result, Decision::Result::refuse);
}

TEST_F(Deciding, NeverLetsInWhomTheDeviceRefusedForItsOwnReason)
{
    directory_.load({entry("10086", "resident", Credential::Type::person)});
    model::Event event;
    event.occurred_at = noon;
    model::AccessAttempt attempt;
    attempt.person = "10086";
    attempt.reason = "wrong_password";
    event.body = attempt;
    EXPECT_EQ(directory_.decide("east-in", event).rule, "device");
    attempt.reason = "no_permission";
    event.body = attempt;
    EXPECT_EQ(directory_.decide("east-in", event).result, Decision::Result::open);
    event.body = model::Tamper{};
    EXPECT_EQ(directory_.decide("east-in", event).result, Decision::Result::none);
}

} // namespace
} // namespace gatehouse::access
