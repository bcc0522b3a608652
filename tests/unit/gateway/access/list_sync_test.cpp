#include "gateway/access/list_sync.hpp"

#include "gateway/access/wanted_list.hpp"
#include "gateway/base/task_group.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

namespace gatehouse::access {
namespace {

using namespace std::chrono_literals;
using model::ListEntry;
using testing::ElementsAre;
using testing::IsEmpty;

ListEntry card(std::string value)
{
    ListEntry entry;
    entry.type = ListEntry::Type::card;
    entry.value = std::move(value);
    return entry;
}

// A reader for cards that knows neither names nor deny lists.
class ADevice final : public device::ListPort {
public:
    [[nodiscard]] bool takes(ListEntry::Type type) const override { return type == ListEntry::Type::card; }
    [[nodiscard]] device::HeldEntry as_held(const ListEntry& entry) const override
    {
        if (entry.value.size() > 8) return {std::nullopt, "card numbers have at most 8 digits here"};
        auto nameless = entry;
        nameless.name.clear();
        return {nameless, ""};
    }
    asio::awaitable<base::Result<std::vector<ListEntry>>> read(ListEntry::Type) override
    {
        ++reads;
        if (away) co_return base::Errc::unreachable;
        std::vector<ListEntry> all;
        for (const auto& [value, entry] : held)
            all.push_back(entry);
        co_return all;
    }
    asio::awaitable<std::vector<device::ListResult>> write(std::vector<ListEntry> entries) override
    {
        std::vector<device::ListResult> results;
        at_a_time = std::max(at_a_time, ++working);
        if (slow) co_await slow->wait();
        --working;
        for (const auto& entry : entries) {
            if (refused.contains(entry.value)) {
                results.push_back({false, false, "the card is locked there", "E7"});
                continue;
            }
            if (!forgetful) held[entry.value] = *as_held(entry).entry;
            results.push_back({true, false, "", ""});
        }
        co_return results;
    }
    asio::awaitable<std::vector<device::ListResult>> remove(std::vector<ListEntry> entries) override
    {
        std::vector<device::ListResult> results;
        for (const auto& entry : entries) {
            held.erase(entry.value);
            results.push_back({true, false, "", ""});
        }
        co_return results;
    }
    [[nodiscard]] std::vector<std::string> values() const
    {
        std::vector<std::string> found;
        for (const auto& [value, entry] : held)
            found.push_back(value);
        return found;
    }

    std::map<std::string, ListEntry> held;
    std::set<std::string> refused;
    bool away = false;
    bool forgetful = false;           // says that it has taken what it has not
    std::optional<base::Wakeup> slow; // writes wait for it
    int reads = 0;
    int working = 0;
    int at_a_time = 0; // calls of write() at most
};

class Syncing : public testing::Test {
protected:
    Syncing()
    {
        config::DeviceConfig device;
        device.id = "door";
        device.lists = config::ListPolicy::ours;
        site.devices.push_back(device);
        config::LaneConfig lane;
        lane.id = "east";
        lane.readers = {"door"};
        site.lanes.push_back(lane);
    }
    ~Syncing() override
    {
        tasks.cancel();
        io.poll();
    }

    void import(std::vector<std::string> cards)
    {
        store::Change::ListReplacement list{store::Credential::Type::card, "resident", {}};
        for (auto& value : cards) {
            store::Credential credential;
            credential.type = store::Credential::Type::card;
            credential.value = std::move(value);
            credential.name = "somebody";
            list.credentials.push_back(std::move(credential));
        }
        store::Change change;
        change.lists.push_back(std::move(list));
        ask(store.commit(std::move(change)));
    }

    template <class T>
    T ask(asio::awaitable<T> work)
    {
        std::optional<T> answer;
        boost::asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& failure, T value) {
            ASSERT_FALSE(failure);
            answer = std::move(value);
        });
        io.restart();
        io.poll();
        EXPECT_TRUE(answer) << "no answer";
        return std::move(*answer);
    }

    ListState sync(bool write = true)
    {
        const auto states = ask(lists.sync("door", write, "li"));
        EXPECT_TRUE(states) << states.error().message();
        EXPECT_EQ(states->size(), 1u);
        return states->front();
    }

    void run_for(std::chrono::seconds span)
    {
        for (auto left = span; left > 0s; left -= 30s) {
            io.restart();
            io.poll();
            clock.advance(30s);
        }
        io.restart();
        io.poll();
    }

    boost::asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    config::SiteConfig site;
    std::shared_ptr<ADevice> port = std::make_shared<ADevice>();
    bool running = true;
    base::TaskGroup tasks{io.get_executor()};
    ListSync lists{
        {.executor = io.get_executor(),
         .clock = clock,
         .store = store,
         .metrics = metrics,
         .worker = io.get_executor(),
         .lists_of = [this](const std::string& id) { return id == "door" && running ? port : nullptr; },
         .site = [this]() -> const config::SiteConfig& { return site; },
         .report = [this](std::string device, bool ok, std::string detail) -> asio::awaitable<void> {
             reports.push_back(device + (ok ? " ok: " : " bad: ") + detail);
             co_return;
         }}};
    std::vector<std::string> reports;
};

TEST_F(Syncing, WritesWhatIsMissingAndRemovesWhatIsNoLongerWanted)
{
    import({"1", "2"});
    auto state = sync();
    EXPECT_TRUE(state.in_step());
    EXPECT_THAT(port->values(), ElementsAre("1", "2"));
    import({"2", "3"});
    state = sync();
    EXPECT_TRUE(state.in_step());
    EXPECT_EQ(state.written, 1u);
    EXPECT_EQ(state.removed, 1u);
    EXPECT_THAT(port->values(), ElementsAre("2", "3"));
}

TEST_F(Syncing, LeavesEntriesOfOthersAloneUnlessThePolicyIsAll)
{
    port->held["9"] = card("9");
    import({"1"});
    auto state = sync();
    EXPECT_EQ(state.diff.strangers, 1u);
    EXPECT_TRUE(state.in_step());
    EXPECT_THAT(port->values(), ElementsAre("1", "9"));
    site.devices[0].lists = config::ListPolicy::all;
    state = sync();
    EXPECT_TRUE(state.in_step());
    EXPECT_THAT(port->values(), ElementsAre("1"));
}

TEST_F(Syncing, SaysWhatItWouldWriteAndWritesNothing)
{
    import({"1"});
    const auto state = sync(false);
    ASSERT_EQ(state.diff.add.size(), 1u);
    EXPECT_EQ(state.diff.add[0].value, "1");
    EXPECT_FALSE(state.in_step());
    EXPECT_THAT(port->values(), IsEmpty());
}

TEST_F(Syncing, RefusesToWriteWhereThePolicyIsOff)
{
    site.devices[0].lists = config::ListPolicy::off;
    import({"1"});
    EXPECT_EQ(ask(lists.sync("door", true, "li")).error(), base::Errc::conflict);
    EXPECT_TRUE(ask(lists.sync("door", false, "li")));
    EXPECT_EQ(ask(lists.sync("gate", true, "li")).error(), base::Errc::not_found);
}

TEST_F(Syncing, GivesTheDevicesReasonForEachEntryThatItDoesNotTake)
{
    port->refused = {"2"};
    import({"1", "2", "123456789"});
    const auto state = sync();
    EXPECT_FALSE(state.in_step());
    ASSERT_EQ(state.failures.size(), 2u);
    EXPECT_EQ(state.failures[0].value, "2");
    EXPECT_EQ(state.failures[0].reason, "the card is locked there");
    EXPECT_EQ(state.failures[0].code, "E7");
    EXPECT_EQ(state.failures[1].value, "123456789");
    EXPECT_EQ(state.failures[1].reason, "card numbers have at most 8 digits here");
    EXPECT_THAT(port->values(), ElementsAre("1"));
}

TEST_F(Syncing, BelievesADeviceOnlyWhatIsFoundThere)
{
    port->forgetful = true;
    import({"1"});
    const auto state = sync();
    EXPECT_FALSE(state.in_step());
    ASSERT_EQ(state.failures.size(), 1u);
    EXPECT_THAT(state.failures[0].reason, testing::HasSubstr("does not have it"));
    EXPECT_TRUE(state.failures[0].again);
}

TEST_F(Syncing, RepairsAFlippedEntryAtNight)
{
    import({"1", "2"});
    tasks.spawn("lists", lists.run());
    lists.lists_changed();
    run_for(60s);
    EXPECT_THAT(port->values(), ElementsAre("1", "2"));
    port->held["1"].keep_out = true;
    port->held.erase("2");
    run_for(24h);
    EXPECT_THAT(port->values(), ElementsAre("1", "2"));
    EXPECT_FALSE(port->held["1"].keep_out);
}

TEST_F(Syncing, RemovesFromADeviceThatWasAwayWhenItComesBack)
{
    import({"1", "2"});
    tasks.spawn("lists", lists.run());
    lists.lists_changed();
    run_for(60s);
    port->away = true;
    import({"2"});
    lists.lists_changed();
    run_for(600s);
    EXPECT_THAT(port->values(), ElementsAre("1", "2"));
    port->away = false;
    lists.device_came("door");
    run_for(30s);
    EXPECT_THAT(port->values(), ElementsAre("2"));
}

TEST_F(Syncing, DoesWhatItMissedWhileTheDriverWasNotRunning)
{
    import({"1", "2"});
    tasks.spawn("lists", lists.run());
    lists.lists_changed();
    run_for(60s);
    running = false;
    import({"2"});
    lists.lists_changed();
    run_for(60s);
    running = true;
    lists.device_came("door");
    run_for(30s);
    EXPECT_THAT(port->values(), ElementsAre("2"));
}

TEST_F(Syncing, ReportsARemovalThatHasNotArrivedADayLater)
{
    import({"1", "2"});
    tasks.spawn("lists", lists.run());
    lists.lists_changed();
    run_for(60s);
    port->away = true;
    import({"2"});
    lists.lists_changed();
    run_for(23h);
    EXPECT_THAT(reports, IsEmpty());
    run_for(3h);
    EXPECT_THAT(
        reports,
        ElementsAre("door bad: 1 entries that were removed from the lists are still held after 24 h"));
    port->away = false;
    lists.device_came("door");
    run_for(2h);
    EXPECT_THAT(reports, testing::Contains("door ok: all removals have arrived"));
    EXPECT_EQ(reports.size(), 2u);
}

TEST_F(Syncing, WaitsForADeviceThatIsBeingWorkedOn)
{
    import({"1"});
    port->slow.emplace(io.get_executor());
    tasks.spawn("lists", lists.run());
    lists.lists_changed();
    run_for(30s);
    std::optional<bool> in_step;
    boost::asio::co_spawn(io, lists.sync("door", true, "li"),
                          [&](const std::exception_ptr&, const base::Result<std::vector<ListState>>& states) {
                              in_step = states && states->front().in_step();
                          });
    run_for(30s);
    EXPECT_FALSE(in_step);
    port->slow->notify();
    run_for(30s);
    EXPECT_TRUE(in_step.value_or(false));
    EXPECT_EQ(port->at_a_time, 1);
}

TEST_F(Syncing, WritesToTheDriverThatRunsWhenItsTurnComes)
{
    import({"1"});
    const auto old = port;
    old->slow.emplace(io.get_executor());
    tasks.spawn("lists", lists.run());
    lists.lists_changed();
    run_for(30s);
    boost::asio::co_spawn(io, lists.sync("door", true, "li"),
                          [](const std::exception_ptr&, const base::Result<std::vector<ListState>>&) {});
    run_for(30s);
    port = std::make_shared<ADevice>();
    old->slow->notify();
    run_for(30s);
    EXPECT_THAT(port->values(), ElementsAre("1"));
}

TEST_F(Syncing, AsksADeviceThatIsAwayLessAndLessOften)
{
    port->away = true;
    import({"1"});
    tasks.spawn("lists", lists.run());
    lists.lists_changed();
    run_for(6h);
    EXPECT_GT(port->reads, 8);
    EXPECT_LT(port->reads, 20);
}

TEST_F(Syncing, RemembersAfterARestartWhatItWrote)
{
    import({"1"});
    sync();
    ListSync again{{.executor = io.get_executor(),
                    .clock = clock,
                    .store = store,
                    .metrics = metrics,
                    .worker = io.get_executor(),
                    .lists_of = [this](const std::string&) { return port; },
                    .site = [this]() -> const config::SiteConfig& { return site; },
                    .report = {}}};
    import({});
    const auto states = ask(again.sync("door", true, "li"));
    ASSERT_TRUE(states);
    EXPECT_EQ(states->front().removed, 1u);
    EXPECT_THAT(port->values(), IsEmpty());
}

TEST(AListLedger, ReadsBackWhatItWrites)
{
    ListLedger ledger;
    ledger.wrote("沪A12345");
    ledger.failed("7", "full\tand\nbroken", "12", true);
    const ListLedger again(ledger.text());
    EXPECT_EQ(again.rows(), ListLedger(again.text()).rows());
    EXPECT_TRUE(again.holds("沪A12345"));
    EXPECT_FALSE(again.holds("7"));
    EXPECT_EQ(again.rows().at("7").reason, "full and broken");
    EXPECT_TRUE(again.rows().at("7").again);
    EXPECT_TRUE(ListLedger("junk\n\t\t\t\t\na\tb").rows().empty());
}

class Wanting : public testing::Test {
protected:
    Wanting()
    {
        config::LaneConfig lane;
        lane.id = "in";
        lane.readers = {"door"};
        lane.barrier_device = "door";
        lane.barrier_output = 1;
        lanes.push_back(lane);
        lane.id = "out";
        lane.readers = {};
        lane.barrier_output = 2;
        lanes.push_back(lane);
        lane.id = "other";
        lane.barrier_device = "elsewhere";
        lanes.push_back(lane);
    }

    store::Credential& on(std::string list, std::string value)
    {
        store::Credential credential;
        credential.type = store::Credential::Type::card;
        credential.value = std::move(value);
        credential.list = std::move(list);
        credentials.push_back(std::move(credential));
        return credentials.back();
    }

    [[nodiscard]] std::vector<ListEntry> wanted() const { return all_wanted().entries; }
    [[nodiscard]] WantedList all_wanted() const
    {
        return wanted_at("door", {.lanes = lanes, .access = access}, credentials, now);
    }

    std::vector<config::LaneConfig> lanes;
    config::AccessConfig access;
    std::vector<store::Credential> credentials;
    base::WallTime now{1'800'000'000s};
};

TEST_F(Wanting, LeavesOutWhatIsForOtherLanesOnly)
{
    on("resident", "1").lanes = {"other"};
    on("resident", "2").lanes = {"out", "other"};
    on("resident", "3");
    on("resident", "4").lanes = {"in", "out"};
    const auto list = wanted();
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[0].value, "2");
    EXPECT_THAT(list[0].outputs, ElementsAre(2));
    EXPECT_THAT(list[1].outputs, IsEmpty());
    EXPECT_THAT(list[2].outputs, IsEmpty());
}

TEST_F(Wanting, HasNothingForADeviceThatDecidesNowhere)
{
    on("resident", "1");
    lanes[1].decide_here = true;
    EXPECT_EQ(wanted().size(), 1u);
    lanes[0].decide_here = true;
    EXPECT_THAT(wanted(), IsEmpty());
}

TEST_F(Wanting, KeepsOutWhoeverIsOnADenyListToo)
{
    on("resident", "1");
    on("deny", "1");
    on("visitor", "1");
    const auto list = wanted();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_TRUE(list[0].keep_out);
}

TEST_F(Wanting, TakesTheWidestValidityAndDropsWhatHasRunOut)
{
    on("resident", "1").valid_to = now + 1h;
    on("visitor", "1").valid_to = now + 5h;
    on("visitor", "2").valid_to = now - 25h;
    const auto list = wanted();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].valid_until, now + 5h);
}

TEST_F(Wanting, CountsTheLastDayInFull)
{
    const auto midnight = std::chrono::floor<std::chrono::days>(now + 480min) - 480min;
    on("visitor", "1").valid_to = midnight;
    const auto list = wanted();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].valid_until, midnight + 24h - 1s);
}

TEST_F(Wanting, KeepsToTheLanesOfAGroup)
{
    access.groups = {{"back", {"out", "other"}, {}}, {"far", {"other"}, {}}};
    on("resident", "1").group = "back";
    on("resident", "2").group = "far";
    on("resident", "3").group = "back";
    credentials.back().lanes = {"in"};
    const auto list = wanted();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].value, "1");
    EXPECT_THAT(list[0].outputs, ElementsAre(2));
}

TEST_F(Wanting, TrustsNoDeviceWithHoursThatItWouldNotKeep)
{
    access.groups = {{"staff", {}, {"by-day"}}};
    on("service", "1").group = "staff";
    on("service", "2").group = "gone";
    on("service", "3").group = "staff";
    on("resident", "3");
    on("deny", "4").group = "staff";
    const auto list = all_wanted();
    ASSERT_EQ(list.entries.size(), 2u);
    EXPECT_EQ(list.entries[0].value, "3");
    EXPECT_TRUE(list.entries[1].keep_out);
    ASSERT_EQ(list.left_out.size(), 2u);
    EXPECT_THAT(list.left_out[0].why, testing::HasSubstr("has hours"));
    EXPECT_EQ(list.left_out[1].why, "its group is not configured");
}

} // namespace
} // namespace gatehouse::access
