#include "gateway/access/directory.hpp"

#include "gateway/base/random.hpp"
#include "gateway/base/time_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::access {
namespace {

using model::Decision;
using store::Credential;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

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

// Staff of the estate, by day and on the east side only.
Policy day_staff()
{
    config::ScheduleConfig day;
    day.name = "by-day";
    day.weekdays.fill(true);
    day.spans = {{7 * 60, 19 * 60}};
    config::AccessConfig access;
    access.schedules = {day};
    access.groups = {{"staff", {"east-in", "east-out"}, {"by-day"}}, {"anybody", {}, {}}};
    config::LaneConfig out;
    out.id = "east-out";
    out.direction = model::Direction::out;
    return Policy(std::move(access), {out}, site_offset);
}

TEST_F(Deciding, KeepsToTheHoursAndLanesOfAGroup)
{
    directory_.use(day_staff());
    auto cleaner = entry("沪A12345", "service");
    cleaner.group = "staff";
    EXPECT_EQ(plate({cleaner}).rule, "service-list");
    EXPECT_EQ(plate({cleaner}, "west-in").rule, "wrong-lane");
    const auto late = plate({cleaner}, "east-in", at("2026-01-15T19:00:00"));
    EXPECT_EQ(late.result, Decision::Result::refuse);
    EXPECT_EQ(late.rule, "out-of-hours");
    EXPECT_THAT(late.reasons, ElementsAre("The plate is on list \"service\", but its group \"staff\" may not "
                                          "pass at this time."));
    cleaner.lanes = {"west-in"}; // both have to agree
    EXPECT_EQ(plate({cleaner}).rule, "wrong-lane");
    cleaner.lanes.clear();
    cleaner.group = "anybody";
    EXPECT_EQ(plate({cleaner}, "west-in", at("2026-01-15T03:00:00")).rule, "service-list");
}

TEST_F(Deciding, RefusesForAGroupThatIsNoLongerConfigured)
{
    auto cleaner = entry("沪A12345", "service");
    cleaner.group = "staff";
    EXPECT_EQ(plate({cleaner}).rule, "unknown-group");
    auto denied = entry("沪A12345", "deny");
    denied.group = "staff";
    EXPECT_EQ(plate({entry("沪A12345"), denied}).rule, "deny-list");
}

TEST_F(Deciding, KeepsOutInTheLanesOfItsGroupAtEveryHour)
{
    directory_.use(day_staff());
    auto denied = entry("沪A12345", "deny");
    denied.group = "staff";
    EXPECT_EQ(plate({entry("沪A12345"), denied}, "east-in", at("2026-01-15T03:00:00")).rule, "deny-list");
    EXPECT_EQ(plate({entry("沪A12345"), denied}, "west-in").rule, "resident-list");
}

TEST_F(Deciding, TellsTheGuardWhyAndWhatToDo)
{
    auto denied = entry("沪A12345", "deny");
    denied.reason = "three months without fee";
    denied.instruction = "ask the driver to call the property office";
    const auto decision = plate({entry("沪A12345"), denied});
    EXPECT_EQ(decision.instruction, "ask the driver to call the property office");
    EXPECT_THAT(
        decision.reasons,
        ElementsAre("The plate is on list \"deny\", which refuses. Reason: three months without fee."));
    EXPECT_EQ(plate({entry("沪A12345")}).instruction, "");
}

// A site whose list is asked about reads that are not what they seem.
class Misreading : public Deciding {
protected:
    static Policy correcting(config::CorrectedReads how = config::CorrectedReads::unique_resident)
    {
        config::AccessConfig access;
        access.corrected_reads = how;
        return Policy(std::move(access), {}, site_offset);
    }
    Decision read(std::string text, std::vector<double> characters = {})
    {
        model::Plate plate;
        plate.text = std::move(text);
        plate.characters = std::move(characters);
        return directory_.decide_plate("east-in", plate, noon);
    }
    static std::vector<double> weak_at(std::vector<std::size_t> positions)
    {
        std::vector<double> characters(7, 0.99);
        for (const auto position : positions)
            characters.at(position) = 0.3;
        return characters;
    }
};

TEST_F(Misreading, NeverOpensForACorrectedReadUnlessThePolicySaysSo)
{
    directory_.load({entry("沪A12305")});
    const auto refused = read("沪A123O5");
    EXPECT_EQ(refused.rule, "not-listed");
    EXPECT_THAT(refused.reasons.back(), HasSubstr("looks like one that is let in"));
    directory_.use(correcting());
    EXPECT_EQ(read("沪A123O5").rule, "corrected-read");
    EXPECT_EQ(read("沪A123O5").result, Decision::Result::open);
}

TEST_F(Misreading, TakesAReadForNobodyElsesWhenItCouldBeAPlateItself)
{
    directory_.use(correcting());
    directory_.load({entry("沪A12348")});
    EXPECT_EQ(read("沪A1234B").rule, "not-listed");                   // another car
    EXPECT_EQ(read("沪A1234B", weak_at({6})).rule, "corrected-read"); // that the camera doubts itself
    EXPECT_EQ(read("沪A1234B", weak_at({3})).rule, "not-listed");
}

TEST_F(Misreading, CorrectsOnlyWhatOneResidentAloneCanHaveBeen)
{
    directory_.use(correcting());
    directory_.load({entry("沪A12305"), entry("沪A123D5")});
    EXPECT_EQ(read("沪A123O5").rule, "not-listed");
    directory_.load({entry("沪A12305", "visitor")});
    EXPECT_EQ(read("沪A123O5").rule, "not-listed");
    directory_.load({entry("沪A12305"), entry("沪A123D5", "deny")});
    const auto decision = read("沪A123O5");
    EXPECT_EQ(decision.rule, "not-listed");
    EXPECT_THAT(decision.reasons.back(), HasSubstr("looks like one on a list that refuses"));
}

TEST_F(Misreading, TellsOfALookAlikeThatIsKeptOutWhateverTheDecision)
{
    directory_.load({entry("沪A12348"), entry("沪A1234B", "deny")});
    const auto decision = read("沪A12348");
    EXPECT_EQ(decision.result, Decision::Result::open);
    EXPECT_THAT(decision.reasons.back(), HasSubstr("looks like one on a list that refuses"));
    EXPECT_THAT(read("沪A1Z34B").reasons.back(), HasSubstr("looks like one on a list that refuses"));
}

TEST_F(Misreading, AsksForAHumanWhenOnlyTheProvinceIsInDoubt)
{
    directory_.use(correcting());
    directory_.load({entry("琼A12345")});
    EXPECT_EQ(read("琼A12345", weak_at({0})).rule, "province-weak");
    EXPECT_EQ(read("琼A12345", weak_at({})).result, Decision::Result::open);
    const auto other = read("京A12345", weak_at({0}));
    EXPECT_EQ(other.rule, "not-listed");
    EXPECT_THAT(other.reasons.back(), HasSubstr("differs in the province only"));
}

TEST_F(Misreading, LetsTheWeakestCharacterDecideAndNotTheMean)
{
    directory_.load({entry("沪A12348"), entry("沪A1234B")});
    EXPECT_EQ(read("沪A12348", weak_at({6})).rule, "weak-read"); // a mean of 0.89
    EXPECT_EQ(read("沪A12348", weak_at({3})).rule, "resident-list");
    EXPECT_EQ(read("沪A12348", {0.3, 0.3}).rule, "resident-list"); // not of this text
    directory_.load({entry("沪A12348")});
    EXPECT_EQ(read("沪A12348", weak_at({6})).rule, "resident-list"); // nobody else can have been meant
}

// A visitor who may come in twice, from the morning on.
class Visiting : public testing::Test {
protected:
    Visiting()
    {
        directory_.use(day_staff());
        visitor_.valid_from = at("2026-01-15T08:00:00");
        visitor_.entries = 2;
        directory_.load({visitor_});
    }

    static model::Event read(std::string record, base::WallTime when)
    {
        model::Event event;
        event.device = "lpr-1";
        event.device_key = std::move(record);
        event.occurred_at = when;
        model::VehiclePassage body;
        body.plate.text = "沪A12345";
        event.body = body;
        return event;
    }
    // What the next read gets; when it opens, it is counted.
    std::string rule(std::string record, std::chrono::seconds later, std::string_view lane = "east-in")
    {
        const auto event = read(std::move(record), noon + later);
        const auto decision = directory_.decide(lane, event);
        if (decision.result == Decision::Result::open)
            if (auto used = directory_.note_entry(lane, event)) kept_.push_back(used->use);
        return decision.rule;
    }

    Credential visitor_ = entry("沪A12345", "visitor");
    Directory directory_{site_offset};
    std::vector<store::EntryUse> kept_; // as the store has them
};

TEST_F(Visiting, LetsAVisitorInAsOftenAsHisEntriesSay)
{
    EXPECT_EQ(rule("1", 0s), "visitor-list");
    EXPECT_EQ(rule("2", 10min), "visitor-list");
    EXPECT_EQ(rule("3", 20min), "entries-used-up");
    EXPECT_THAT(directory_.decide_plate("east-in", "沪A12345", noon + 20min).reasons,
                ElementsAre("The plate is on list \"visitor\", but its 2 entries are used up."));
    EXPECT_EQ(kept_.size(), 2U);
}

TEST_F(Visiting, SaysWhichEntryWasTheLast)
{
    EXPECT_FALSE(directory_.note_entry("east-in", read("1", noon))->was_last);
    EXPECT_TRUE(directory_.note_entry("east-in", read("2", noon + 10min))->was_last);
}

TEST_F(Visiting, CountsACarThatStandsAtTheGateOnce)
{
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(rule(std::to_string(i), i * 30s), "visitor-list");
    EXPECT_EQ(kept_.size(), 1U);
    EXPECT_EQ(rule("west", 5min, "west-in"), "visitor-list"); // another gate is another passage
    EXPECT_EQ(kept_.size(), 2U);
    EXPECT_EQ(rule("again", 6min, "west-in"), "visitor-list");
    EXPECT_EQ(rule("much later", 20min, "west-in"), "entries-used-up");
}

TEST_F(Visiting, LetsWhoeverIsInLeave)
{
    rule("1", 0s);
    rule("2", 10min);
    EXPECT_EQ(rule("3", 20min, "east-out"), "visitor-list");
    EXPECT_EQ(kept_.size(), 2U);
}

TEST_F(Visiting, CountsARecordOnceHoweverOftenItComes)
{
    EXPECT_TRUE(directory_.note_entry("east-in", read("1", noon)));
    EXPECT_FALSE(directory_.note_entry("east-in", read("1", noon)));
    EXPECT_FALSE(directory_.note_entry("east-in", read("1", noon + 10min)));
    EXPECT_EQ(rule("2", 10min), "visitor-list");
}

TEST_F(Visiting, GoesOnCountingAfterARestart)
{
    rule("1", 0s);
    rule("2", 10min);
    directory_ = Directory(site_offset);
    directory_.load({visitor_});
    directory_.load_visits(kept_);
    EXPECT_EQ(rule("3", 20min), "entries-used-up");
    EXPECT_FALSE(directory_.note_entry("east-in", read("2", noon + 10min))); // sent again
}

TEST_F(Visiting, CountsFromTheBeginningOfTheValidity)
{
    rule("1", 0s);
    rule("2", 10min);
    visitor_.valid_from = noon + 15min; // invited again
    directory_.load({visitor_});
    EXPECT_EQ(rule("3", 20min), "visitor-list");
}

TEST_F(Visiting, CountsNothingForAResident)
{
    directory_.load({visitor_, entry("沪A12345")});
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(rule(std::to_string(i), i * 10min), "resident-list");
    EXPECT_THAT(kept_, testing::IsEmpty());
}

// One entry after the other, with no order and no index: what a decision from memory must come to.
std::string slow_rule(const std::vector<Credential>& entries, const Policy& policy, std::string_view lane,
                      std::string_view value, base::WallTime when)
{
    const auto among = [&](const std::vector<std::string>& lanes) {
        return lanes.empty() || std::find(lanes.begin(), lanes.end(), lane) != lanes.end();
    };
    std::string open;
    std::string refused;
    for (const auto& each : entries) {
        if (each.value != value) continue;
        const bool deny = each.list == "deny";
        const auto* group = policy.group(each.group);
        std::string rule;
        if (each.valid_from && when < *each.valid_from)
            rule = "not-yet-valid";
        else if (each.valid_to && when > *each.valid_to)
            rule = "expired";
        else if (!among(each.lanes))
            rule = "wrong-lane";
        else if (group == nullptr && !each.group.empty())
            rule = deny ? "" : "unknown-group";
        else if (group != nullptr && !among(group->lanes))
            rule = "wrong-lane";
        else if (group != nullptr && !policy.is_open(*group, when))
            rule = deny ? "" : "out-of-hours";
        if (deny && rule.empty()) return "deny-list";
        if (deny) continue;
        if (rule.empty() && open.empty()) open = each.list + "-list";
        if (!rule.empty() && refused.empty()) refused = rule;
    }
    return !open.empty() ? open : !refused.empty() ? refused : "not-listed";
}

TEST_F(Deciding, AgreesWithASlowReferenceOverTheSameRows)
{
    base::Random random(7);
    const auto pick = [&](const std::vector<std::string>& from) { return from[random.next() % from.size()]; };
    const auto policy = day_staff();
    directory_.use(day_staff());
    for (int round = 0; round < 40; ++round) {
        std::vector<Credential> entries;
        for (int i = 0; i < 60; ++i) {
            auto made =
                entry("沪A0000" + std::to_string(random.next() % 9), pick({"resident", "visitor", "deny"}));
            made.group = pick({"", "", "staff", "anybody", "gone"});
            if (random.next() % 4 == 0) made.lanes = {pick({"east-in", "west-in"})};
            const auto shift = std::chrono::minutes(random.next() % 4000);
            if (random.next() % 4 == 0) made.valid_from = noon - std::chrono::hours(30) + shift;
            if (random.next() % 4 == 0) made.valid_to = noon + std::chrono::seconds(1) + shift;
            entries.push_back(std::move(made));
        }
        directory_.load(entries);
        for (int i = 0; i < 100; ++i) {
            const auto value = "沪A0000" + std::to_string(random.next() % 10);
            const auto lane = pick({"east-in", "west-in"});
            const auto when = noon + std::chrono::minutes(random.next() % 5000) - std::chrono::hours(30);
            ASSERT_EQ(directory_.decide_plate(lane, value, when).rule,
                      slow_rule(entries, policy, lane, value, when))
                << round << ' ' << value << ' ' << lane << ' ' << base::format_time(when, site_offset);
        }
    }
}

} // namespace
} // namespace gatehouse::access
