#include "gateway/upstream/dispatcher.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::upstream {
namespace {

using namespace std::chrono_literals;
using model::Priority;

class FakeMetrics final : public base::Metrics {
    struct PlainCounter final : base::Counter {
        void add(std::uint64_t n) override { sum += n; }
        [[nodiscard]] std::uint64_t value() const override { return sum; }
        std::uint64_t sum = 0;
    };
    struct PlainGauge final : base::Gauge {
        void set(double value) override { now = value; }
        [[nodiscard]] double value() const override { return now; }
        double now = 0;
    };

public:
    base::Counter& counter(std::string_view name, std::string_view, const base::Labels&) override
    {
        return counters_[std::string(name)];
    }
    base::Gauge& gauge(std::string_view name, std::string_view, const base::Labels&) override
    {
        return gauges_[std::string(name)];
    }

private:
    std::map<std::string, PlainCounter> counters_;
    std::map<std::string, PlainGauge> gauges_;
};

// A peer that keeps every delivery open until the test says how it ended.
class HeldSink final : public Sink {
public:
    struct Delivered {
        model::EntryPtr entry;
        bool replay = false;
        OnVerdict done;
    };

    asio::awaitable<void> run() override { co_return; }
    [[nodiscard]] bool ready() const override { return up; }
    [[nodiscard]] std::size_t window() const override { return size; }
    [[nodiscard]] double backlog_rate() const override { return rate; }
    void deliver(model::EntryPtr entry, bool replay, OnVerdict done) override
    {
        order.push_back(entry->seq);
        replays.push_back(replay);
        if (answer_at_once) return done({Delivery::accepted, {}});
        open.push_back({std::move(entry), replay, std::move(done)});
    }
    void device_changed(const std::string&, const device::DeviceStatus&) override {}

    // The verdict on an open delivery.
    void answer(std::int64_t seq, Delivery delivery, std::string reason = {},
                std::chrono::milliseconds pause = {})
    {
        for (auto at = open.begin(); at != open.end(); ++at) {
            if (at->entry->seq != seq) continue;
            auto done = std::move(at->done);
            open.erase(at);
            return done({delivery, std::move(reason), pause});
        }
        ADD_FAILURE() << "entry " << seq << " is not open";
    }
    void break_link()
    {
        up = false;
        auto lost = std::exchange(open, {});
        for (auto& delivery : lost)
            delivery.done({Delivery::later, "link lost"});
    }

    bool up = true;
    bool answer_at_once = false;
    std::size_t size = 4;
    double rate = 0;
    std::vector<std::int64_t> order;
    std::vector<bool> replays;
    std::vector<Delivered> open;
};

class DispatcherTest : public testing::Test {
protected:
    void SetUp() override { make(); }
    void TearDown() override { stop(); }

    void make()
    {
        const auto hear = [this](const std::string& why) { complaints.push_back(why); };
        Dispatcher::Ports ports{io.get_executor(), clock, random, metrics, store, ids, sink, hear};
        dispatcher = std::make_unique<Dispatcher>("centre", ports);
    }
    void start()
    {
        group = std::make_unique<base::TaskGroup>(io.get_executor());
        group->spawn("dispatcher", dispatcher->run());
        settle();
    }
    void stop()
    {
        if (!group) return;
        group->cancel();
        for (int i = 0; i < 300 && group->size() > 0; ++i)
            pass(10ms);
        ASSERT_EQ(group->size(), 0U);
        group.reset();
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    void pass(std::chrono::milliseconds span)
    {
        clock.advance(span);
        settle();
    }
    void append(int count, bool alert = false)
    {
        store::Change change;
        for (int i = 0; i < count; ++i) {
            model::Event event;
            event.id = "e" + std::to_string(++made);
            event.device = "gate-1";
            event.occurred_at = event.received_at = clock.wall();
            if (alert)
                event.body = model::AlertChanged{};
            else
                event.body = model::BarrierMoved{};
            change.events.push_back(std::move(event));
        }
        base::TaskGroup writer(io.get_executor());
        writer.spawn("append", write(std::move(change)));
        settle();
        ASSERT_EQ(writer.size(), 0U);
    }
    asio::awaitable<void> write(store::Change change)
    {
        const auto committed = co_await store.commit(std::move(change));
        EXPECT_TRUE(committed);
    }
    [[nodiscard]] std::int64_t cursor(Priority priority = Priority::event) const
    {
        return store.cursor("sink/centre", priority);
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    model::UlidSource ids{clock, random};
    FakeMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    HeldSink sink;
    std::unique_ptr<Dispatcher> dispatcher;
    std::unique_ptr<base::TaskGroup> group;
    int made = 0;
    std::vector<std::string> complaints;
};

using Seqs = std::vector<std::int64_t>;

TEST_F(DispatcherTest, KeepsNoMoreOpenThanTheWindowAllows)
{
    append(10);
    start();
    EXPECT_EQ(sink.order, (Seqs{1, 2, 3})) << "four places, one of them for alerts";
    sink.answer(1, Delivery::accepted);
    EXPECT_EQ(sink.order.back(), 4);
    EXPECT_EQ(sink.open.size(), 3U);
}

TEST_F(DispatcherTest, MovesTheCursorOnlyOverThePrefixThatIsDone)
{
    append(3);
    start();
    sink.answer(2, Delivery::accepted);
    sink.answer(3, Delivery::accepted);
    pass(60ms);
    EXPECT_EQ(cursor(), 0) << "the first is still open";
    sink.answer(1, Delivery::accepted);
    pass(60ms);
    EXPECT_EQ(cursor(), 3);
}

TEST_F(DispatcherTest, LetsAFreshAlertOvertakeAnyBacklog)
{
    append(300);
    start();
    append(1, true);
    EXPECT_EQ(sink.order.back(), 301);
    sink.answer(301, Delivery::accepted);
    pass(60ms);
    EXPECT_EQ(cursor(Priority::alert), 301);
    EXPECT_EQ(cursor(), 0);
}

TEST_F(DispatcherTest, SendsTheNewestAlertsFirstAfterAnOutage)
{
    sink.up = false;
    append(3, true);
    pass(2min);
    sink.up = true;
    start();
    EXPECT_EQ(sink.order, (Seqs{3, 2, 1}));
    EXPECT_EQ(sink.replays, (std::vector<bool>{true, true, true}));
    sink.answer(3, Delivery::accepted);
    pass(60ms);
    EXPECT_EQ(cursor(Priority::alert), 0) << "the older ones are not there yet";
    sink.answer(2, Delivery::accepted);
    sink.answer(1, Delivery::accepted);
    pass(60ms);
    EXPECT_EQ(cursor(Priority::alert), 3);
}

// The gap entries of the journal.
std::vector<model::Gap> gaps(const fakes::FakeStore& store)
{
    std::vector<model::Gap> found;
    for (const auto& entry : store.journal)
        if (const auto* gap = std::get_if<model::Gap>(&entry->event.body)) found.push_back(*gap);
    return found;
}

TEST_F(DispatcherTest, LetsAFreshAlertOvertakeAnyNumberOfOlderOnesInSpiteOfTheRate)
{
    sink.answer_at_once = true;
    sink.rate = 50;
    sink.up = false;
    append(2000, true);
    pass(10s);
    sink.up = true;
    start();
    pass(500ms);
    append(1, true);
    EXPECT_EQ(sink.order.back(), 2001);
    for (int i = 0; i < 5000; ++i)
        pass(10ms);
    ASSERT_EQ(sink.order.size(), 2001U);
    EXPECT_EQ(cursor(Priority::alert), 2001);
    EXPECT_EQ(sink.order.front(), 2000) << "the newest first";
    std::sort(sink.order.begin(), sink.order.end());
    EXPECT_EQ(std::unique(sink.order.begin(), sink.order.end()), sink.order.end()) << "each of them once";
}

TEST_F(DispatcherTest, MovesTheAlertCursorOnlyWhenTheOldestOnesAreDeliveredToo)
{
    sink.answer_at_once = true;
    sink.rate = 50;
    append(1000, true);
    pass(10s);
    start();
    for (int i = 0; i < 1000; ++i)
        pass(10ms);
    EXPECT_LT(sink.order.size(), 600U);
    EXPECT_EQ(cursor(Priority::alert), 0);
    stop();
    sink.rate = 0;
    make();
    start();
    pass(60ms);
    EXPECT_EQ(cursor(Priority::alert), 1000);
    EXPECT_EQ(std::count(sink.order.begin(), sink.order.end(), 1), 1);
}

TEST_F(DispatcherTest, KeepsNoMoreThanTwoPagesOfAlertsInMemoryAndLosesNone)
{
    sink.up = false;
    start();
    for (int i = 0; i < 30; ++i)
        append(100, true);
    sink.up = true;
    sink.answer_at_once = true;
    pass(600ms);
    pass(60ms);
    EXPECT_EQ(cursor(Priority::alert), 3000);
    std::sort(sink.order.begin(), sink.order.end());
    ASSERT_EQ(sink.order.size(), 3000U);
    EXPECT_EQ(std::unique(sink.order.begin(), sink.order.end()), sink.order.end());
}

TEST_F(DispatcherTest, AnnouncesWhatThePeerRefusedAsAGapAndNotTheAnnouncementItself)
{
    append(2);
    start();
    sink.answer(1, Delivery::rejected, "packet too large");
    sink.answer(2, Delivery::rejected, "packet too large");
    pass(60ms);
    ASSERT_EQ(gaps(store).size(), 1U);
    const auto gap = gaps(store)[0];
    EXPECT_EQ(gap.scope, "sink/centre");
    EXPECT_EQ(gap.first, 1);
    EXPECT_EQ(gap.last, 2);
    EXPECT_EQ(gap.count, 2);
    EXPECT_EQ(gap.why, "packet too large");
    sink.answer(3, Delivery::rejected, "packet too large");
    pass(60ms);
    EXPECT_EQ(gaps(store).size(), 1U);
    EXPECT_EQ(store.dead_letter_table.size(), 3U);
    EXPECT_EQ(cursor(), 3);
}

TEST_F(DispatcherTest, WaitsAsLongAsThePeerWantsAndComplainsUntilItTakesTheEntry)
{
    append(2);
    start();
    sink.answer(1, Delivery::later, "not authorised", 60s);
    sink.answer(2, Delivery::later, "not authorised", 60s);
    EXPECT_EQ(complaints, (std::vector<std::string>{"not authorised"}));
    pass(58s);
    EXPECT_EQ(sink.order.size(), 2U);
    pass(3s);
    EXPECT_EQ(sink.order, (Seqs{1, 2, 1, 2}));
    EXPECT_TRUE(store.dead_letter_table.empty());
    sink.answer(2, Delivery::accepted);
    EXPECT_EQ(complaints.size(), 1U);
    sink.answer(1, Delivery::accepted);
    EXPECT_EQ(complaints.back(), "");
}

TEST_F(DispatcherTest, ComplainsOfAQuotaOnlyWhenItLasts)
{
    append(1);
    start();
    sink.answer(1, Delivery::later, "quota exceeded");
    pass(5s);
    EXPECT_TRUE(complaints.empty());
    while (complaints.empty() && clock.now() < base::MonoTime{} + 2h) {
        if (!sink.open.empty()) sink.answer(1, Delivery::later, "quota exceeded");
        pass(1s);
    }
    EXPECT_EQ(complaints, (std::vector<std::string>{"quota exceeded"}));
}

TEST_F(DispatcherTest, FilesAnEntryOnWhichThePeerHangsUpFiveTimes)
{
    append(3);
    start();
    for (int loss = 1; loss <= 5; ++loss) {
        ASSERT_FALSE(sink.open.empty());
        EXPECT_EQ(sink.open.front().entry->seq, 1);
        EXPECT_EQ(sink.open.size(), loss <= 2 ? 3U : 1U) << "then one at a time";
        sink.break_link();
        sink.up = true;
        dispatcher->link_changed();
    }
    ASSERT_EQ(sink.open.front().entry->seq, 2);
    pass(60ms);
    ASSERT_EQ(store.dead_letter_table.size(), 1U);
    EXPECT_EQ(store.dead_letter_table[0].seq, 1);
    EXPECT_EQ(store.dead_letter_table[0].reason, "the peer hung up on it 5 times");
    EXPECT_EQ(gaps(store).size(), 1U);
}

TEST_F(DispatcherTest, BlamesNoEntryForLinksThatBreakBetweenDeliveries)
{
    append(20);
    start();
    for (std::int64_t loss = 1; loss <= 10; ++loss) {
        sink.answer(loss, Delivery::accepted);
        sink.break_link();
        sink.up = true;
        dispatcher->link_changed();
    }
    pass(60ms);
    EXPECT_TRUE(store.dead_letter_table.empty());
    EXPECT_EQ(cursor(), 10);
}

TEST_F(DispatcherTest, TakesNoWallClockStepForABacklog)
{
    sink.rate = 1;
    sink.answer_at_once = true;
    start();
    append(50);
    sink.order.clear();
    sink.replays.clear();
    sink.up = false;
    append(50);
    clock.step_wall(2h);
    sink.up = true;
    dispatcher->link_changed();
    EXPECT_EQ(sink.order.size(), 50U);
    EXPECT_EQ(std::count(sink.replays.begin(), sink.replays.end(), true), 0);
}

TEST_F(DispatcherTest, MarksAReplayOnlyAfterMoreThanAMinute)
{
    append(1);
    start();
    append(1);
    pass(61s);
    append(1);
    EXPECT_EQ(sink.replays, (std::vector<bool>{false, false, false}));
    sink.break_link();
    pass(61s);
    sink.up = true;
    dispatcher->link_changed();
    EXPECT_EQ(sink.order, (Seqs{1, 2, 3, 1, 2, 3})) << "order is kept over a lost link";
    EXPECT_EQ(sink.replays.back(), true);
}

TEST_F(DispatcherTest, FilesARejectedEntryTogetherWithTheCursorThatPassesIt)
{
    append(2);
    start();
    sink.answer(1, Delivery::rejected, "payload format refused");
    sink.answer(2, Delivery::accepted);
    pass(60ms);
    EXPECT_EQ(cursor(), 2);
    ASSERT_EQ(store.dead_letter_table.size(), 1U);
    EXPECT_EQ(store.dead_letter_table[0].seq, 1);
    EXPECT_EQ(store.dead_letter_table[0].reason, "payload format refused");
    EXPECT_EQ(dispatcher->stats().rejected, 1U);
}

TEST_F(DispatcherTest, WaitsBeforeItRepeatsWhatThePeerDidNotTakeAndKeepsTheOrder)
{
    append(5);
    start();
    sink.answer(1, Delivery::later, "quota exceeded");
    EXPECT_EQ(sink.order, (Seqs{1, 2, 3})) << "nothing overtakes it";
    sink.answer(2, Delivery::accepted);
    sink.answer(3, Delivery::accepted);
    pass(250ms);
    EXPECT_EQ(sink.order, (Seqs{1, 2, 3, 1, 4, 5}));
    EXPECT_EQ(cursor(), 0);
}

TEST_F(DispatcherTest, DrainEndsThePause)
{
    append(1);
    start();
    sink.answer(1, Delivery::later, "quota exceeded");
    EXPECT_EQ(sink.order.size(), 1U);
    dispatcher->drain();
    EXPECT_EQ(sink.order.size(), 2U);
}

TEST_F(DispatcherTest, ContinuesAtItsCursorsAfterARestart)
{
    append(6);
    start();
    sink.answer(1, Delivery::accepted);
    sink.answer(2, Delivery::accepted);
    pass(60ms);
    sink.break_link();
    stop();
    sink.order.clear();
    sink.up = true;
    make();
    start();
    EXPECT_EQ(sink.order, (Seqs{3, 4, 5}));
}

TEST_F(DispatcherTest, DeliversEverythingThroughASynchronousPeerInOrder)
{
    sink.answer_at_once = true;
    append(1000);
    start();
    pass(60ms);
    ASSERT_EQ(sink.order.size(), 1000U);
    EXPECT_TRUE(std::is_sorted(sink.order.begin(), sink.order.end()));
    EXPECT_EQ(cursor(), 1000);
}

// After so many turns of the loop the link breaks: somewhere among them a page is on its way.
class DispatcherPageOnItsWay : public DispatcherTest, public testing::WithParamInterface<int> {};

TEST_P(DispatcherPageOnItsWay, CostsNoEventWhenTheLinkBreaks)
{
    constexpr int events = 2000;
    sink.size = Queue::page_max;
    append(events);
    start();
    for (std::int64_t seq = 1; seq <= 140; ++seq)
        sink.answer(seq, Delivery::accepted);
    io.restart();
    for (int turn = 0; turn < GetParam(); ++turn)
        io.poll_one();
    sink.break_link();
    pass(1s);
    sink.up = true;
    sink.answer_at_once = true;
    pass(1s);
    pass(1s);
    EXPECT_EQ(cursor(), events);
}

INSTANTIATE_TEST_SUITE_P(Turns, DispatcherPageOnItsWay, testing::Range(0, 8));

TEST_F(DispatcherTest, HoldsTheRateWhileABacklogDrainsAndNotForLiveEntries)
{
    sink.answer_at_once = true;
    sink.rate = 50;
    sink.up = false;
    append(200);
    pass(1min);
    sink.up = true;
    start();
    for (int i = 0; i < 100; ++i)
        pass(10ms);
    EXPECT_NEAR(static_cast<double>(sink.order.size()), 50, 6);
    for (int i = 0; i < 400; ++i)
        pass(10ms);
    EXPECT_EQ(sink.order.size(), 200U);
    append(100);
    EXPECT_EQ(sink.order.size(), 300U);
}

TEST_F(DispatcherTest, KeepsTheCursorWhenTheStoreRefusesAndTriesAgain)
{
    append(1);
    start();
    store.fail_commits(base::Errc::disk_full);
    sink.answer(1, Delivery::rejected, "no");
    pass(60ms);
    EXPECT_EQ(cursor(), 0);
    EXPECT_TRUE(store.dead_letter_table.empty());
    pass(1100ms);
    EXPECT_EQ(cursor(), 1);
    EXPECT_EQ(store.dead_letter_table.size(), 1U);
}

TEST_F(DispatcherTest, WritesItsCursorsWhenItStops)
{
    append(2);
    start();
    sink.answer(1, Delivery::accepted);
    sink.answer(2, Delivery::accepted);
    stop();
    EXPECT_EQ(cursor(), 2);
}

TEST_F(DispatcherTest, NoticesALinkThatCameUpUnannounced)
{
    sink.up = false;
    append(1);
    start();
    EXPECT_TRUE(sink.order.empty());
    sink.up = true;
    pass(600ms);
    EXPECT_EQ(sink.order, (Seqs{1}));
}

TEST_F(DispatcherTest, EstimatesTheTimeToEmpty)
{
    append(100);
    start();
    for (int second = 0; second < 5; ++second) {
        for (int i = 0; i < 10; ++i)
            sink.answer(sink.open.front().entry->seq, Delivery::accepted);
        pass(1s);
    }
    std::optional<DispatchStats> stats;
    const auto ask = [&]() -> asio::awaitable<void> {
        const auto measured = co_await dispatcher->measure();
        if (measured) stats = *measured;
    };
    base::TaskGroup asker(io.get_executor());
    asker.spawn("measure", ask());
    settle();
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->backlog.entries, 50);
    EXPECT_NEAR(stats->seconds_to_empty, 5, 2);
}

} // namespace
} // namespace gatehouse::upstream
