#include "gateway/passage/passages.hpp"

#include "gateway/base/task_group.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/unit/gateway/passage/story.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace gatehouse::passage {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using tests::Lines;

// The reader over a store in memory; start() and crash() play the process.
class PassagesTest : public testing::Test {
protected:
    ~PassagesTest() override { crash(); }

    void start()
    {
        Passages::Ports ports{
            .executor = io.get_executor(), .clock = clock, .ids = ids, .metrics = metrics, .store = store};
        passages.emplace(std::move(ports), lanes, options);
        tasks.emplace(io.get_executor());
        tasks->spawn("passages", [](Passages& p) -> asio::awaitable<void> {
            const auto loaded = co_await p.load();
            EXPECT_TRUE(loaded);
            co_await p.run();
        }(*passages));
        settle();
    }
    // What was not committed is gone.
    void crash()
    {
        if (!tasks) return;
        tasks->cancel();
        settle();
        tasks.reset();
        passages.reset();
    }
    void settle()
    {
        for (int i = 0; i < 100; ++i) {
            io.restart();
            if (io.poll() == 0) return;
        }
    }
    void pass(std::chrono::milliseconds span)
    {
        for (; span > 0ms; span -= 1s) {
            clock.advance(1s);
            settle();
        }
    }
    void append(model::Event event)
    {
        store::Change change;
        change.events.push_back(std::move(event));
        asio::co_spawn(io, store.commit(std::move(change)), [](std::exception_ptr, auto) {});
        settle();
    }
    model::Event read(const std::string& plate, bool open, const config::LaneConfig& lane)
    {
        model::Event event;
        event.id = "E" + std::to_string(++number);
        event.device = lane.readers.front();
        event.lane = lane.id;
        event.direction = lane.direction;
        event.received_at = event.occurred_at = clock.wall();
        event.decision =
            model::Decision{open ? model::Decision::Result::open : model::Decision::Result::refuse,
                            open ? "device" : "not-listed",
                            {},
                            {}};
        model::VehiclePassage seen;
        seen.passed = open;
        seen.plate.text = plate;
        event.body = seen;
        return event;
    }
    void drive_in(const std::string& plate) { append(read(plate, true, lanes[0])); }
    void drive_out(const std::string& plate) { append(read(plate, true, lanes[1])); }

    // The passages in the journal.
    [[nodiscard]] Lines told() const
    {
        Lines found;
        for (const auto& entry : store.journal)
            if (std::holds_alternative<model::Passage>(entry->event.body))
                found.push_back(tests::Story::line_of(entry->event));
        return found;
    }
    base::Result<Occupancy> correct(Correction correction)
    {
        base::Result<Occupancy> result = Errc::failed;
        asio::co_spawn(io, passages->correct(std::move(correction)),
                       [&result](std::exception_ptr, base::Result<Occupancy> r) { result = std::move(r); });
        settle();
        return result;
    }

    static std::vector<config::LaneConfig> two_lanes()
    {
        auto in = tests::vehicle_lane("east-in");
        auto out = tests::vehicle_lane("east-out", model::Direction::out);
        in.decide_here = out.decide_here = false;
        return {in, out};
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{3};
    model::UlidSource ids{clock, random};
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    std::vector<config::LaneConfig> lanes = two_lanes();
    Passages::Options options;
    std::optional<Passages> passages;
    std::optional<base::TaskGroup> tasks;
    int number = 0;
};

TEST_F(PassagesTest, TellsAPassageAndCountsItInOneCommit)
{
    start();
    drive_in("沪A12345");
    pass(10s);
    EXPECT_TRUE(told().empty()) << "late parts may still come";
    const int before = store.commits();
    pass(10s);
    ASSERT_EQ(told(), Lines{"passed 沪A12345 by device"});
    EXPECT_EQ(passages->occupancy().vehicles, 1);
    EXPECT_EQ(store.commits(), before + 2) << "the passage with the count, and later the cursor over it";
    const auto& event = store.newest()->event;
    EXPECT_EQ(event.device_key, "passage/E1");
    EXPECT_TRUE(model::is_ulid(event.id));
    EXPECT_EQ(store.newest()->type, "vehicle.passage");
}

TEST_F(PassagesTest, CountsInAndOutAndNeverBelowNothing)
{
    start();
    drive_in("沪A12345");
    drive_in("沪B77777");
    pass(60s);
    EXPECT_EQ(passages->occupancy().vehicles, 2);
    EXPECT_EQ(metrics.gauge("gatehouse_occupancy", "", {{"kind", "vehicles"}}).value(), 2);
    for (const auto* plate : {"沪A12345", "沪B77777", "沪C33333"})
        drive_out(plate);
    pass(60s);
    EXPECT_EQ(passages->occupancy().vehicles, 0);
    EXPECT_EQ(
        metrics.counter("gatehouse_passages_total", "", {{"lane", "east-out"}, {"state", "passed"}}).value(),
        3U);
}

TEST_F(PassagesTest, CountsNothingTwiceWhenACommitFails)
{
    start();
    drive_in("沪A12345");
    pass(5s);
    store.fail_commits(Errc::disk_full, 4);
    pass(30s);
    EXPECT_EQ(told(), Lines{"passed 沪A12345 by device"});
    EXPECT_EQ(passages->occupancy().vehicles, 1);
    EXPECT_GT(metrics.counter("gatehouse_passage_commit_failures_total", "").value(), 0U);
}

TEST_F(PassagesTest, GoesOnAfterACrashAtAnyMoment)
{
    for (int crash_after = 0; crash_after < 20; ++crash_after) {
        SCOPED_TRACE(crash_after);
        start();
        const auto before = told().size();
        const auto inside = passages->occupancy().vehicles;
        drive_in("沪A1234" + std::to_string(crash_after % 10) + std::to_string(crash_after / 10) + "X");
        pass(std::chrono::seconds(crash_after));
        crash();
        start();
        pass(120s);
        EXPECT_EQ(told().size(), before + 1);
        EXPECT_EQ(passages->occupancy().vehicles, inside + 1);
        crash();
    }
}

TEST_F(PassagesTest, LetsTheJournalRefuseWhatItHasWhenACrashTookTheCursorBack)
{
    start();
    drive_in("沪A12345");
    pass(60s);
    const auto cursors = store.cursor_table;
    crash();
    for (auto& [reader, position] : store.cursor_table)
        position = 0;
    store.memory_table.clear();
    start();
    pass(60s);
    EXPECT_EQ(told(), Lines{"passed 沪A12345 by device"});
}

TEST_F(PassagesTest, MakesNothingOfOldRecords)
{
    start();
    auto old = read("沪A12345", true, lanes[0]);
    old.history = true;
    append(old);
    auto late = read("沪B77777", true, lanes[0]);
    late.occurred_at -= 2min;
    append(late);
    pass(120s);
    EXPECT_TRUE(told().empty());
    EXPECT_EQ(passages->occupancy().vehicles, 0);
}

TEST_F(PassagesTest, DoesNotReadAnOldJournalWhenItHasNoCursor)
{
    drive_in("沪A12345");
    clock.advance(1h);
    start();
    pass(60s);
    EXPECT_TRUE(told().empty());
}

TEST_F(PassagesTest, KnowsAfterARestartWhoIsInside)
{
    start();
    drive_in("沪A12345");
    pass(60s);
    crash();
    start();
    drive_in("沪A12345");
    pass(60s);
    EXPECT_EQ(told().back(), "passed 沪A12345 by device anti_passback");
}

TEST_F(PassagesTest, TakesAPersonsWordForTheCountAndKeepsIt)
{
    start();
    Correction word;
    word.vehicles = 40;
    word.actor = "guard-3";
    word.reason = "counted by hand";
    const auto after = correct(word);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->vehicles, 40);
    drive_in("沪A12345");
    pass(60s);
    crash();
    start();
    EXPECT_EQ(passages->occupancy().vehicles, 41);
    EXPECT_EQ(passages->occupancy().corrected_by, "guard-3");
    ASSERT_EQ(store.audit_table.size(), 1u);
    EXPECT_EQ(store.audit_table[0].action, "occupancy-set");
    EXPECT_EQ(store.audit_table[0].detail, "vehicles 40 counted by hand");
}

TEST_F(PassagesTest, RefusesACorrectionThatNobodyOrNothingStandsFor)
{
    start();
    Correction word;
    word.vehicles = 4;
    EXPECT_EQ(correct(word).error(), Errc::bad_input) << "nobody says so";
    word.actor = "guard-3";
    word.vehicles = -1;
    EXPECT_EQ(correct(word).error(), Errc::bad_input);
    word.vehicles.reset();
    EXPECT_EQ(correct(word).error(), Errc::bad_input);
    EXPECT_TRUE(store.audit_table.empty());
}

TEST_F(PassagesTest, LeavesTheCountAsItWasWhenACorrectionCannotBeKept)
{
    start();
    Correction word;
    word.vehicles = 40;
    word.actor = "guard-3";
    store.fail_commits(Errc::disk_full);
    EXPECT_EQ(correct(word).error(), Errc::disk_full);
    EXPECT_EQ(passages->occupancy().vehicles, 0);
}

TEST_F(PassagesTest, ReadsABacklogInPages)
{
    options.page = 3;
    start();
    crash();
    for (int i = 0; i < 10; ++i) {
        drive_in("沪A1" + std::to_string(i) + std::to_string(i) + std::to_string(i) + std::to_string(i));
        clock.advance(30s);
    }
    start();
    pass(30s);
    EXPECT_EQ(told().size(), 10u);
    EXPECT_EQ(passages->occupancy().vehicles, 10);
}

} // namespace
} // namespace gatehouse::passage
