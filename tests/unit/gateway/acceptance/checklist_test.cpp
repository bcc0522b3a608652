#include "gateway/acceptance/checklist.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace gatehouse::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Result = Item::Result;

const base::WallTime now{std::chrono::milliseconds(1'767'225'600'000)};

Facts good_site()
{
    Facts facts;
    facts.devices.push_back({.id = "lpr-in", .name = "东门", .kind = "plate", .up = true, .firmware = "V1"});
    facts.devices.back().clock_offset_ms = 120;
    facts.devices.back().on_line = 0.995;
    config::LaneConfig in;
    in.id = "in";
    facts.lanes.push_back(in);
    config::LaneConfig door;
    door.id = "door";
    door.vehicle = false;
    facts.lanes.push_back(door);
    facts.passages["in"] = {
        .event = "E1", .read_to_act_ms = 180, .capture_to_gateway_ms = 90, .upstream = true};
    facts.upstreams.push_back({.name = "centre", .up = true, .backlog = 0, .longest_outage = 11min});
    facts.audit_whole = facts.clock_synced = true;
    return facts;
}

Run checked(const Facts& facts)
{
    Run run;
    run.id = "R";
    run.items = checklist_for(facts);
    check(run, facts, now);
    return run;
}

Result result_in(const Facts& facts, const std::string& item)
{
    auto run = checked(facts);
    auto* found = run.item(item);
    EXPECT_NE(found, nullptr) << item;
    return found == nullptr ? Result::open : found->result;
}

TEST(Checklist, HasAnItemForEachDeviceLaneAndDoorUnderANameOfItsOwn)
{
    const auto items = checklist_for(good_site());
    std::set<std::string> ids;
    for (const auto& item : items) {
        EXPECT_TRUE(ids.insert(item.id).second) << item.id;
        EXPECT_FALSE(item.title_zh.empty() || item.title_en.empty() || item.group.empty()) << item.id;
    }
    for (const auto* wanted : {"device-lpr-in", "passage-in", "passage-door", "entry-door", "offline-drill"})
        EXPECT_TRUE(ids.contains(wanted)) << wanted;
    EXPECT_FALSE(ids.contains("entry-in")) << "a vehicle shows no face";
    EXPECT_FALSE(ids.contains("fire-drill"));
}

TEST(Checklist, PassesASiteOnWhichAllIsWellAndLeavesOpenWhatNobodyHasDone)
{
    auto run = checked(good_site());
    for (const auto* item : {"inventory", "clock", "audit", "retention", "upstream", "on-line-rate",
                             "offline-drill", "device-lpr-in", "passage-in"})
        EXPECT_EQ(run.item(item)->result, Result::pass) << item << ": " << run.item(item)->text;
    EXPECT_EQ(run.item("passage-door")->result, Result::open);
    EXPECT_EQ(run.item("tamper-drill")->result, Result::open);
    EXPECT_EQ(run.item("passage-in")->evidence, std::vector<std::string>{"E1"});
    EXPECT_EQ(run.figures.at("read_to_act_ms_in"), 180);
    EXPECT_EQ(run.figures.at("devices_plate"), 1);
}

TEST(Checklist, FailsWhatIsNotAsItHasToBe)
{
    auto facts = good_site();
    facts.devices[0].up = false;
    EXPECT_EQ(result_in(facts, "inventory"), Result::fail);
    EXPECT_EQ(result_in(facts, "device-lpr-in"), Result::fail);
    facts = good_site();
    facts.devices[0].clock_offset_ms = -5'001;
    EXPECT_EQ(result_in(facts, "device-lpr-in"), Result::fail);
    facts = good_site();
    facts.devices[0].lists_in_step = false;
    EXPECT_EQ(result_in(facts, "device-lpr-in"), Result::fail);
    facts = good_site();
    facts.devices[0].on_line = 0.97;
    EXPECT_EQ(result_in(facts, "on-line-rate"), Result::fail);
    facts = good_site();
    facts.passages["in"].read_to_act_ms = 2'001;
    EXPECT_EQ(result_in(facts, "passage-in"), Result::fail);
    facts = good_site();
    facts.retention.audit_days = 182;
    EXPECT_EQ(result_in(facts, "retention"), Result::fail);
    facts = good_site();
    facts.audit_whole = false;
    EXPECT_EQ(result_in(facts, "audit"), Result::fail);
}

TEST(Checklist, CountsAnOfflineDrillOnlyWhenTheUplinkWasAwayForTenMinutesAndAllHasArrived)
{
    auto facts = good_site();
    facts.upstreams[0].longest_outage = 9min;
    EXPECT_EQ(result_in(facts, "offline-drill"), Result::open);
    facts.upstreams[0].longest_outage = 10min;
    facts.upstreams[0].backlog = 3;
    EXPECT_EQ(result_in(facts, "offline-drill"), Result::open);
    facts.upstreams[0].backlog = 0;
    facts.entries_lost = 1;
    EXPECT_EQ(result_in(facts, "offline-drill"), Result::fail);
    facts.upstreams.clear();
    EXPECT_EQ(result_in(facts, "offline-drill"), Result::not_applicable);
}

TEST(Checklist, LeavesAsideWhatAPersonHasSetAside)
{
    const auto facts = good_site();
    auto run = checked(facts);
    run.item("passage-door")->result = Result::not_applicable;
    run.item("passage-door")->by = "li";
    check(run, facts, now);
    EXPECT_EQ(run.item("passage-door")->result, Result::not_applicable);
}

TEST(AcceptanceRun, IsTheSameAfterItWasWrittenAndRead)
{
    auto run = checked(good_site());
    run.at = now;
    run.by = "li \"the\" installer";
    run.is_signed = true;
    run.signatures.push_back({"物业", "王"});
    run.signed_at = now + 1h;
    const auto text = document_of(run, 480min);
    const auto read = read_document(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(document_of(*read, 480min), text);
    EXPECT_THAT(text, HasSubstr("\"state\":\"signed\""));
    for (const auto* junk : {"", "[]", "{}", "{\"id\":1}", "{\"id\":\"x\",\"items\":[1,{}],\"figures\":7}"})
        (void)read_document(junk);
}

} // namespace
} // namespace gatehouse::acceptance
