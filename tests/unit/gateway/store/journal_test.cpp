#include "gateway/store/database.hpp"
#include "gateway/store/migrations.hpp"
#include "tests/unit/gateway/store/store_fixture.hpp"

namespace gatehouse::store {
namespace {

class Journal : public StoreTest {};

TEST_F(Journal, StartsEmptyAndSaysThatItWasCreated)
{
    const auto report = open();
    EXPECT_TRUE(report.created);
    EXPECT_EQ(report.damage, "");
    EXPECT_EQ(report.schema_version, schema_version());
    EXPECT_EQ(store->last_seq(), 0);
}

TEST_F(Journal, NumbersEventsInTheOrderTheyWereGiven)
{
    open();
    EXPECT_EQ(put_one(event("a")), 1);
    EXPECT_EQ(put_one(event("b")), 2);
    EXPECT_EQ(store->last_seq(), 2);
    const auto entries = read(0);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0]->event.device_key, "a");
    EXPECT_EQ(entries[0]->type, "vehicle.passed");
}

TEST_F(Journal, RecognisesARepeatAndNamesTheEarlierNumber)
{
    open();
    put_one(event("a"));
    put_one(event("b"));
    const auto again = put({event("a"), event("c"), event("c")});
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->at(0).repeated);
    EXPECT_EQ(again->at(0).seq, 1);
    EXPECT_EQ(again->at(0).entry, nullptr);
    EXPECT_FALSE(again->at(1).repeated);
    EXPECT_TRUE(again->at(2).repeated);
    EXPECT_EQ(read(0).size(), 3U);
    EXPECT_EQ(put_one(event("a", "another-device")), 4);
}

TEST_F(Journal, TakesTheEventIdWhereTheDeviceHasNoKey)
{
    open();
    auto first = event("");
    auto second = event("");
    auto repeat = first;
    EXPECT_EQ(put_one(std::move(first)), 1);
    EXPECT_EQ(put_one(std::move(second)), 2);
    EXPECT_EQ(put_one(std::move(repeat)), 1);
}

TEST_F(Journal, IsOnDiskWhenTheCommitResumes)
{
    open();
    put_one(event("a"));
    auto other = open_for_reading(options.directory / "gatehouse.db");
    EXPECT_EQ(read_number(*other, "SELECT count(*) FROM journal WHERE device_key = 'a'"), 1);
}

TEST_F(Journal, KeepsEverythingOverARestart)
{
    open();
    auto one = event("a");
    one.device_time = clock.wall() - std::chrono::hours(1);
    one.time_trusted = false;
    one.history = true;
    const auto sent = one;
    put_one(std::move(one));
    close();
    EXPECT_FALSE(open().created);
    const auto entries = read(0);
    ASSERT_EQ(entries.size(), 1U);
    const auto& found = entries[0]->event;
    EXPECT_EQ(found.id, sent.id);
    EXPECT_EQ(found.device_key, "a");
    EXPECT_EQ(found.lane, "east-in");
    EXPECT_EQ(found.direction, model::Direction::in);
    EXPECT_EQ(found.occurred_at, sent.occurred_at);
    EXPECT_EQ(found.received_at, sent.received_at);
    EXPECT_EQ(found.device_time, sent.device_time);
    EXPECT_FALSE(found.time_trusted);
    EXPECT_TRUE(found.history);
    EXPECT_EQ(entries[0]->boot_id, options.boot_id);
    ASSERT_TRUE(std::holds_alternative<model::VehiclePassage>(found.body));
    EXPECT_EQ(std::get<model::VehiclePassage>(found.body).plate.text, "沪A12345");
    EXPECT_EQ(put_one(event("b")), 2) << "a clean stop leaves no hole in the numbers";
}

TEST_F(Journal, KeepsAlertsAndEventsInClassesOfTheirOwn)
{
    open();
    put({event("a"), alarm("b"), event("c"), alarm("d")});
    EXPECT_EQ(numbers_of(read(0)), (std::vector<std::int64_t>{1, 3}));
    EXPECT_EQ(numbers_of(read(0, model::Priority::alert)), (std::vector<std::int64_t>{2, 4}));
    EXPECT_EQ(numbers_of(read(2, model::Priority::alert, 1)), (std::vector<std::int64_t>{4}));
}

TEST_F(Journal, AnswersTheSameFromMemoryAndFromDisk)
{
    options.tail_rows_max = 5;
    open();
    for (int i = 0; i < 30; ++i)
        put_one(i % 4 == 0 ? alarm(std::to_string(i)) : event(std::to_string(i)));
    auto& disk_reads = metrics.counter("gatehouse_store_history_reads_total", "", {});
    std::map<std::int64_t, std::vector<std::int64_t>> from_both;
    for (std::int64_t after = 0; after <= 30; ++after)
        from_both[after] = numbers_of(read(after));
    EXPECT_GT(disk_reads.value(), 0U);
    EXPECT_LT(disk_reads.value(), 31U) << "the newest ones must come from memory";
    close();
    options.tail_rows_max = 4096;
    open();
    for (std::int64_t after = 0; after <= 30; ++after)
        EXPECT_EQ(from_both[after], numbers_of(read(after))) << after;
    EXPECT_EQ(from_both[0].size(), 22U);
}

TEST_F(Journal, RefusesAnEventThatNothingCouldTellApart)
{
    open();
    auto nameless = event("");
    nameless.id.clear();
    const auto refused = put({event("a"), nameless});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), base::Errc::bad_input);
    EXPECT_EQ(read(0).size(), 0U) << "one change is taken whole or not at all";
}

TEST_F(Journal, FindsEventsByDeviceAndKind)
{
    open();
    for (int i = 0; i < 10; ++i)
        put({event(std::to_string(i), "lpr-1"), event(std::to_string(i), "lpr-2"), alarm(std::to_string(i))});
    EventFilter filter;
    filter.device = "lpr-2";
    filter.newest_first = true;
    filter.limit = 3;
    EXPECT_EQ(numbers_of(*run(store->events(filter))), (std::vector<std::int64_t>{29, 26, 23}));
    filter = EventFilter{};
    filter.type_prefix = "alert.";
    filter.before = 10;
    EXPECT_EQ(numbers_of(*run(store->events(filter))), (std::vector<std::int64_t>{3, 6, 9}));
    filter.after = 3;
    filter.newest_first = true;
    EXPECT_EQ(numbers_of(*run(store->events(filter))), (std::vector<std::int64_t>{9, 6}));
    filter.device = "lpr-1";
    EXPECT_TRUE(run(store->events(filter))->empty());
    const auto newest = run(store->last_events());
    ASSERT_TRUE(newest);
    EXPECT_EQ(newest->size(), 3U);
}

TEST_F(Journal, FindsTheOneEventWithAnId)
{
    open();
    for (int i = 0; i < 3; ++i)
        put_one(event(std::to_string(i)));
    EventFilter filter;
    filter.after = 1;
    filter.id = run(store->events(filter))->at(0)->event.id;
    filter.after = 99;
    EXPECT_EQ(numbers_of(*run(store->events(filter))), std::vector<std::int64_t>{2});
    filter.id = "01NOBODY000000000000000000";
    EXPECT_TRUE(run(store->events(filter))->empty());
}

TEST_F(Journal, FindsTheFewEventsOfADeviceInALongJournal)
{
    open();
    constexpr int entries = 7000;
    std::vector<std::int64_t> rare;
    std::vector<model::Event> batch;
    for (int i = 1; i <= entries; ++i) {
        const bool is_rare = i == 3 || i == 2047 || i == 2048 || i == 2049 || i == 6500;
        if (is_rare) rare.push_back(i);
        batch.push_back(event(std::to_string(i), is_rare ? "lpr-rare" : "lpr-busy"));
        if (batch.size() == 500) put(std::exchange(batch, {}));
    }
    EventFilter filter;
    filter.device = "lpr-rare";
    EXPECT_EQ(numbers_of(*run(store->events(filter))), rare);
    filter.after = 3;
    filter.before = 6500;
    filter.newest_first = true;
    filter.limit = 2;
    EXPECT_EQ(numbers_of(*run(store->events(filter))), (std::vector<std::int64_t>{2049, 2048}));
    filter.before = 2048;
    EXPECT_EQ(numbers_of(*run(store->events(filter))), (std::vector<std::int64_t>{2047}));
    EXPECT_EQ(run(store->last_events())->size(), 2U);
    filter = EventFilter{};
    filter.device = "lpr-unknown";
    EXPECT_TRUE(run(store->events(filter))->empty());
}

TEST_F(Journal, WakesItsReadersAfterEachAppend)
{
    open();
    int woken = 0;
    auto reader = [this, &woken]() -> asio::awaitable<void> {
        co_await store->appended().wait();
        ++woken;
    };
    asio::co_spawn(io, reader(), [](std::exception_ptr) {});
    put_one(event("a"));
    EXPECT_EQ(woken, 1);
}

} // namespace
} // namespace gatehouse::store
