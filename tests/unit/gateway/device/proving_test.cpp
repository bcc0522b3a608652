#include "gateway/device/proving.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::device {
namespace {

using namespace std::chrono_literals;

// Records whatever the test says while it is recorded.
class RecordingDriver final : public Driver {
public:
    RecordingDriver(base::Clock& clock, std::string& bytes) : clock_(clock), bytes_(bytes) {}
    asio::awaitable<void> run() override { co_await clock_.sleep_for(10'000h); }
    asio::awaitable<model::Outcome> execute(model::Command) override { co_return model::Outcome(); }
    asio::awaitable<PushReply> on_push(PushRequest) override { co_return PushReply(); }
    asio::awaitable<std::vector<TestStep>> self_test() override { co_return std::vector<TestStep>(); }
    [[nodiscard]] DeviceStatus status() const override { return {}; }
    asio::awaitable<base::Result<std::string>> capture(std::chrono::seconds span) override
    {
        co_await clock_.sleep_for(span);
        co_return std::exchange(bytes_, "");
    }

private:
    base::Clock& clock_;
    std::string& bytes_;
};

class ProvingTest : public testing::Test {
protected:
    ProvingTest()
        : supervisor({.executor = io.get_executor(),
                      .clock = clock,
                      .random = random,
                      .connector = connector,
                      .metrics = metrics,
                      .store = store,
                      .sink_for = [](std::string) -> EventSink { return {}; },
                      .early_for = {},
                      .make =
                          [this](const config::DeviceConfig&, config::Table, DriverContext context) {
                              return std::make_unique<RecordingDriver>(context.clock, recorded);
                          },
                      .on_change = {}},
                     {})
    {
        config::DeviceConfig device;
        device.id = "lpr-in";
        std::map<std::string, config::Table> tables;
        tables.emplace("lpr-in", config::Table::parse("", "", issues));
        life.spawn("apply", supervisor.apply({device}, std::move(tables)));
        pass(1s);
    }
    ~ProvingTest() override
    {
        life.spawn("stop", supervisor.stop());
        pass(6s);
    }
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    void pass(std::chrono::milliseconds span)
    {
        settle();
        for (; span > 0ms; span -= 500ms) {
            clock.advance(500ms);
            settle();
        }
    }
    template <class T>
    std::shared_ptr<std::optional<T>> begin(asio::awaitable<T> work)
    {
        auto found = std::make_shared<std::optional<T>>();
        asio::co_spawn(io, std::move(work),
                       [found](std::exception_ptr, T value) { *found = std::move(value); });
        settle();
        return found;
    }
    void happen(model::Body body, base::WallTime at, bool history = false)
    {
        model::Event event;
        event.device = "lpr-in";
        event.device_key = event.id = std::to_string(store.last_seq());
        event.occurred_at = at;
        event.received_at = clock.wall();
        event.history = history;
        event.body = std::move(body);
        store::Change change;
        change.events.push_back(std::move(event));
        (void)begin(store.commit(std::move(change))); // that it is in the journal is looked at by the test
    }
    CutReport report() { return (*begin(proving.report("lpr-in")))->value(); }

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    fakes::MemoryConnector connector{io.get_executor()};
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    config::Issues issues;
    std::string recorded;
    Supervisor supervisor;
    Proving proving{store, clock, supervisor};
    base::TaskGroup life{io.get_executor()};
};

TEST_F(ProvingTest, ShowsTheNextLiveEventBesideWhatTheDeviceSent)
{
    const auto proof = begin(proving.next_event("lpr-in", 60s));
    pass(3s);
    EXPECT_EQ(report().phase, CutReport::Phase::waiting);
    happen(model::DeviceHealth{}, clock.wall());
    happen(model::VehiclePassage{}, clock.wall(), true);
    pass(1s);
    ASSERT_FALSE(*proof) << "what it says of itself, or has stored, is no proof";
    recorded = "<plate/>";
    happen(model::VehiclePassage{}, clock.wall());
    pass(3s);
    ASSERT_TRUE(*proof && **proof);
    EXPECT_EQ((**proof)->entry->seq, 3);
    EXPECT_EQ((**proof)->raw, "<plate/>");
    EXPECT_EQ(report().phase, CutReport::Phase::none);
}

TEST_F(ProvingTest, SaysThatNothingCame)
{
    const auto proof = begin(proving.next_event("lpr-in", 10s));
    EXPECT_EQ((*begin(proving.next_event("lpr-in", 10s)))->error(), base::Errc::busy);
    pass(13s);
    ASSERT_TRUE(*proof);
    EXPECT_EQ((**proof).error(), base::Errc::timed_out);
    EXPECT_EQ((*begin(proving.next_event("nobody", 10s)))->error(), base::Errc::not_found);
}

TEST_F(ProvingTest, CountsWhatHappenedWhileTheLinkWasCutAndCameAfterwards)
{
    EXPECT_EQ(report().phase, CutReport::Phase::none);
    const auto begun = clock.wall();
    EXPECT_EQ(proving.cut("lpr-in", 20s).value(), begun + 20s);
    EXPECT_EQ(proving.cut("lpr-in", 20s).error(), base::Errc::busy);
    pass(5s);
    EXPECT_EQ(report().phase, CutReport::Phase::cut);
    pass(16s);
    EXPECT_EQ(report().phase, CutReport::Phase::backfill);
    happen(model::VehiclePassage{}, begun + 7s, true);
    happen(model::VehiclePassage{}, begun - 7s, true);
    happen(model::VehiclePassage{}, clock.wall());
    const auto early = report();
    EXPECT_EQ(early.phase, CutReport::Phase::backfill);
    ASSERT_EQ(early.brought.size(), 1U);
    EXPECT_EQ(early.brought[0]->event.occurred_at, begun + 7s);
    pass(6s);
    EXPECT_EQ(report().phase, CutReport::Phase::done);
}

TEST_F(ProvingTest, CountsWhatTheDeviceDatesIntoTheSecondInWhichTheLinkWasCut)
{
    const auto begun = clock.wall();
    ASSERT_TRUE(proving.cut("lpr-in", 20s));
    pass(20s);
    happen(model::VehiclePassage{}, begun - 900ms, true);
    EXPECT_EQ(report().brought.size(), 1U);
}

TEST_F(ProvingTest, WaitsForABackfillThreeMinutesAtMost)
{
    ASSERT_TRUE(proving.cut("lpr-in", 20s));
    pass(21s);
    EXPECT_EQ(report().phase, CutReport::Phase::backfill);
    pass(180s);
    EXPECT_EQ(report().phase, CutReport::Phase::done);
    EXPECT_TRUE(report().brought.empty());
}

} // namespace
} // namespace gatehouse::device
