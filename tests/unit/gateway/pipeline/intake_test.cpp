#include "gateway/pipeline/intake.hpp"

#include "gateway/model/envelope.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::pipeline {
namespace {

using namespace std::chrono_literals;
using model::Decision;
using testing::ElementsAre;

config::LaneConfig lane(std::string id, std::string reader, model::Direction direction, bool decide_here)
{
    config::LaneConfig lane;
    lane.id = std::move(id);
    lane.readers = {std::move(reader)};
    lane.direction = direction;
    lane.decide_here = decide_here;
    lane.barrier_device = "gate-1";
    lane.barrier_output = decide_here ? 1 : 2;
    if (decide_here) {
        lane.loop_entry = {"gate-1", 2};
        lane.loop_safety = {"gate-1", 3};
    }
    return lane;
}

asio::awaitable<void> keep(asio::awaitable<base::Result<void>> work, std::optional<base::Result<void>>& into)
{
    into = co_await std::move(work);
}

class IntakeTest : public testing::Test {
protected:
    // Past the time in which a device's clock cannot tell before from after the start.
    static constexpr auto well_started = 2s;

    IntakeTest()
    {
        IntakePorts ports{io_.get_executor(), store_, clock_, ids_, metrics_, {}, {}, {}, {}};
        ports.decide = [this](const config::LaneConfig&, const model::Event& event) {
            ++decisions_;
            const auto* vehicle = std::get_if<model::VehiclePassage>(&event.body);
            const bool known = vehicle == nullptr || vehicle->plate.text == "KNOWN";
            Decision decision;
            decision.result = known ? Decision::Result::open : Decision::Result::refuse;
            decision.rule = known ? "resident-list" : "not-listed";
            return decision;
        };
        ports.open = [this](const config::LaneConfig& lane, const model::Event& event, const Decision&,
                            std::function<void()> sent) {
            opened_.push_back(lane.id + ' ' + event.device_key);
            sent_ = std::move(sent);
            if (sent_at_once_) sent_();
        };
        ports.canonical_plate = [](std::string_view text) {
            return text == "known" ? std::string("KNOWN") : std::string(text);
        };
        ports.clock_synced = [this] { return synced_; };
        intake_ = std::make_unique<Intake>(
            std::move(ports), std::vector{lane("east-in", "lpr-1", model::Direction::in, true),
                                          lane("east-out", "lpr-2", model::Direction::out, false)});
        clock_.advance(well_started);
    }

    model::Event read_of(std::string key, std::string plate = "known") const
    {
        model::Event event;
        event.device_key = std::move(key);
        event.occurred_at = clock_.wall();
        event.device_time = clock_.wall();
        model::VehiclePassage body;
        body.plate.text = std::move(plate);
        event.body = body;
        return event;
    }

    // Starts accepting; the result is there once the io_context has run and time has passed.
    void start(std::string device, model::Event event, std::optional<base::Result<void>>& result)
    {
        auto rethrow = [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        };
        asio::co_spawn(io_, keep(intake_->sink_for(std::move(device))(std::move(event)), result), rethrow);
        spin();
    }
    void spin()
    {
        io_.restart();
        io_.poll();
    }
    base::Result<void> accept(std::string device, model::Event event)
    {
        std::optional<base::Result<void>> result;
        start(std::move(device), std::move(event), result);
        if (!result) {
            clock_.advance(250ms);
            spin();
        }
        return result.value();
    }
    const model::Event& newest() const { return store_.newest()->event; }
    std::uint64_t count(std::string_view name, const base::Labels& labels)
    {
        return metrics_.counter(name, "", labels).value();
    }

    asio::io_context io_;
    fakes::ManualClock clock_;
    base::Random random_{1};
    model::UlidSource ids_{clock_, random_};
    fakes::CountingMetrics metrics_;
    fakes::FakeStore store_{io_.get_executor()};
    std::vector<std::string> opened_;
    std::function<void()> sent_;
    bool sent_at_once_ = true;
    bool synced_ = true;
    int decisions_ = 0;
    std::unique_ptr<Intake> intake_;
};

TEST_F(IntakeTest, StampsIdTimesLaneDirectionAndPlate)
{
    auto event = read_of("r1");
    event.occurred_at = {};
    event.direction = model::Direction::out; // the configuration knows better
    ASSERT_TRUE(accept("lpr-1", event));
    EXPECT_TRUE(model::is_ulid(newest().id));
    EXPECT_EQ(newest().device, "lpr-1");
    EXPECT_EQ(newest().lane, "east-in");
    EXPECT_EQ(newest().direction, model::Direction::in);
    EXPECT_EQ(newest().received_at, clock_.wall());
    EXPECT_EQ(newest().occurred_at, newest().received_at);
    EXPECT_EQ(std::get<model::VehiclePassage>(newest().body).plate.text, "KNOWN");
    EXPECT_EQ(count("gatehouse_events_total", {{"type", "vehicle.passed"}}), 1U);
}

TEST_F(IntakeTest, SaysHowFarATimeCanBeTrusted)
{
    ASSERT_TRUE(accept("lpr-2", read_of("r1")));
    EXPECT_EQ(newest().clock_quality, model::ClockQuality::synced);
    synced_ = false;
    ASSERT_TRUE(accept("lpr-2", read_of("r2")));
    EXPECT_EQ(newest().clock_quality, model::ClockQuality::unsynced);
    auto untrusted = read_of("r3");
    untrusted.time_trusted = false;
    ASSERT_TRUE(accept("lpr-2", untrusted));
    EXPECT_EQ(newest().clock_quality, model::ClockQuality::device);
}

TEST_F(IntakeTest, OpensForAMatchAndSaysSo)
{
    ASSERT_TRUE(accept("lpr-1", read_of("r1")));
    EXPECT_THAT(opened_, ElementsAre("east-in r1"));
    EXPECT_EQ(store_.newest()->type, "vehicle.passed");
    ASSERT_TRUE(newest().decision);
    EXPECT_EQ(newest().decision->rule, "resident-list");
    EXPECT_EQ(count("gatehouse_gate_opens_total", {{"lane", "east-in"}}), 1U);
}

TEST_F(IntakeTest, StaysShutForAStrangerAndSaysSo)
{
    ASSERT_TRUE(accept("lpr-1", read_of("r1", "STRANGE")));
    EXPECT_TRUE(opened_.empty());
    EXPECT_EQ(store_.newest()->type, "vehicle.refused");
    EXPECT_EQ(newest().decision->rule, "not-listed");
}

TEST_F(IntakeTest, OpensBeforeAnythingIsOnDisk)
{
    store_.hold();
    std::optional<base::Result<void>> result;
    start("lpr-1", read_of("r1"), result);
    EXPECT_FALSE(result);
    EXPECT_EQ(opened_.size(), 1U);
    store_.release();
    spin();
    EXPECT_TRUE(result && *result);
}

TEST_F(IntakeTest, OpensOnceForARecordThatComesAgain)
{
    ASSERT_TRUE(accept("lpr-1", read_of("r1")));
    ASSERT_TRUE(accept("lpr-1", read_of("r1")));
    EXPECT_EQ(opened_.size(), 1U);
    EXPECT_EQ(store_.journal.size(), 1U);
    EXPECT_EQ(count("gatehouse_events_repeated_total", {{"type", "vehicle.passed"}}), 1U);
}

TEST_F(IntakeTest, OpensOnceForARecordThatTheStoreRefusedAtFirst)
{
    store_.fail_commits(base::Errc::overloaded);
    const auto refused = accept("lpr-1", read_of("r1"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), base::Errc::overloaded);
    EXPECT_EQ(opened_.size(), 1U) << "a full store keeps nobody outside";
    ASSERT_TRUE(accept("lpr-1", read_of("r1")));
    EXPECT_EQ(opened_.size(), 1U);
    EXPECT_EQ(store_.newest()->type, "vehicle.passed");
    EXPECT_EQ(count("gatehouse_events_refused_total", {{"reason", "overloaded, try later"}}), 1U);
}

TEST_F(IntakeTest, TheEarlyNoticeAndTheFullEventOpenOnceAndMakeOneEntry)
{
    sent_at_once_ = false;
    intake_->early_for("lpr-1")(read_of("r1"));
    EXPECT_EQ(opened_.size(), 1U);
    EXPECT_TRUE(store_.journal.empty());
    clock_.advance(180ms);
    sent_();
    ASSERT_TRUE(accept("lpr-1", read_of("r1")));
    EXPECT_EQ(opened_.size(), 1U);
    EXPECT_EQ(decisions_, 1);
    ASSERT_EQ(store_.journal.size(), 1U);
    EXPECT_EQ(newest().decision->latency_ms, 180);
    EXPECT_EQ(metrics_.counter("gatehouse_gate_open_milliseconds_total", "").value(), 180U);
}

TEST_F(IntakeTest, AnEarlyNoticeWithoutARecordKeyWaitsForTheEvent)
{
    intake_->early_for("lpr-1")(read_of(""));
    EXPECT_TRUE(opened_.empty());
    ASSERT_TRUE(accept("lpr-1", read_of("")));
    EXPECT_EQ(opened_.size(), 1U);
}

TEST_F(IntakeTest, WaitsAMomentToRecordHowLongTheOpeningTook)
{
    sent_at_once_ = false;
    std::optional<base::Result<void>> result;
    start("lpr-1", read_of("r1"), result);
    EXPECT_FALSE(result);
    clock_.advance(40ms);
    sent_();
    spin();
    ASSERT_TRUE(result && *result);
    EXPECT_EQ(newest().decision->latency_ms, 40);
}

TEST_F(IntakeTest, RecordsWithoutALatencyWhenTheGateDoesNotAnswerInTime)
{
    sent_at_once_ = false;
    std::optional<base::Result<void>> result;
    start("lpr-1", read_of("r1"), result);
    clock_.advance(249ms);
    spin();
    EXPECT_FALSE(result);
    clock_.advance(1ms);
    spin();
    ASSERT_TRUE(result && *result);
    EXPECT_FALSE(newest().decision->latency_ms);
    sent_(); // late, and harmless
}

TEST_F(IntakeTest, CountsTheLatencyFromTheFirstByteWhenTheDriverKnowsIt)
{
    auto event = read_of("r1");
    event.received_at = clock_.wall() - 30ms;
    ASSERT_TRUE(accept("lpr-1", event));
    EXPECT_EQ(newest().decision->latency_ms, 30);
}

TEST_F(IntakeTest, NeverOpensForHistory)
{
    auto event = read_of("r1");
    event.history = true;
    intake_->early_for("lpr-1")(event);
    ASSERT_TRUE(accept("lpr-1", event));
    EXPECT_TRUE(opened_.empty());
    EXPECT_EQ(newest().decision->rule, "history");
    EXPECT_EQ(newest().decision->result, Decision::Result::none);
}

TEST_F(IntakeTest, NeverOpensForAStaleReadOrOneFromTheFuture)
{
    clock_.advance(1h);
    auto stale = read_of("r1");
    stale.occurred_at -= 10'001ms;
    ASSERT_TRUE(accept("lpr-1", stale));
    auto future = read_of("r2");
    future.occurred_at += 10'001ms;
    ASSERT_TRUE(accept("lpr-1", future));
    EXPECT_TRUE(opened_.empty());
    EXPECT_EQ(newest().decision->rule, "stale");
    auto fresh = read_of("r3");
    fresh.occurred_at -= 10s;
    ASSERT_TRUE(accept("lpr-1", fresh));
    EXPECT_EQ(opened_.size(), 1U);
}

TEST_F(IntakeTest, NeverOpensForWhatHappenedBeforeTheStart)
{
    auto event = read_of("r1");
    event.occurred_at -= well_started + 1ms;
    ASSERT_TRUE(accept("lpr-1", event));
    EXPECT_TRUE(opened_.empty());
}

TEST_F(IntakeTest, AfterACrashNeverOpensForWhatMayHaveHappenedBeforeTheStartByAClockOfWholeSeconds)
{
    auto event = read_of("r1");
    event.occurred_at -= well_started - 1s;
    intake_->expect_repeats();
    ASSERT_TRUE(accept("lpr-1", event));
    EXPECT_TRUE(opened_.empty());
    EXPECT_EQ(newest().decision->rule, "stale");
}

TEST_F(IntakeTest, OpensForNothingJustAfterACrashUnlessTheDevicesTimeShowsThatItIsNew)
{
    intake_->expect_repeats();
    auto wrong_clock = read_of("r1");
    wrong_clock.time_trusted = false;
    auto no_clock = read_of("r2");
    no_clock.device_time.reset();
    ASSERT_TRUE(accept("lpr-1", wrong_clock));
    ASSERT_TRUE(accept("lpr-1", no_clock));
    EXPECT_TRUE(opened_.empty());
    EXPECT_EQ(newest().decision->rule, "stale");
    EXPECT_EQ(store_.newest()->type, "vehicle.passed") << "the device's word stands";

    clock_.advance(1min);
    for (auto* event : {&wrong_clock, &no_clock}) {
        event->occurred_at = clock_.wall();
        ASSERT_TRUE(accept("lpr-1", *event));
    }
    EXPECT_TRUE(opened_.empty()) << "sent again, it is still what came before";
    for (auto* event : {&wrong_clock, &no_clock}) {
        event->device_key += " of the next car";
        ASSERT_TRUE(accept("lpr-1", *event));
    }
    EXPECT_THAT(opened_, ElementsAre("east-in r1 of the next car", "east-in r2 of the next car"));
}

TEST_F(IntakeTest, ALiveReadOpensAlthoughItsHistoryCameFirst)
{
    auto history = read_of("r1");
    history.history = true;
    ASSERT_TRUE(accept("lpr-1", history));
    ASSERT_TRUE(accept("lpr-1", read_of("r1")));
    EXPECT_EQ(opened_.size(), 1U);
}

TEST_F(IntakeTest, OnlyRecordsWhereTheDeviceDecides)
{
    ASSERT_TRUE(accept("lpr-2", read_of("r1", "STRANGE")));
    EXPECT_TRUE(opened_.empty());
    EXPECT_EQ(decisions_, 0);
    EXPECT_EQ(newest().decision->rule, "device");
    EXPECT_EQ(newest().decision->result, Decision::Result::open);
    model::Event denied;
    model::AccessAttempt attempt;
    attempt.reason = "expired";
    denied.body = attempt;
    ASSERT_TRUE(accept("face-1", denied));
    EXPECT_EQ(newest().decision->result, Decision::Result::refuse);
    EXPECT_THAT(newest().decision->reasons, ElementsAre("The device refused: expired."));
}

TEST_F(IntakeTest, DecidesForAPersonToo)
{
    auto event = read_of("r1");
    event.body = model::AccessAttempt{};
    ASSERT_TRUE(accept("lpr-1", event));
    EXPECT_EQ(opened_.size(), 1U);
    EXPECT_EQ(store_.newest()->type, "access.granted");
}

TEST_F(IntakeTest, NamesTheLaneOfABarrier)
{
    model::Event event;
    event.body = model::BarrierMoved{2, model::BarrierPosition::open};
    ASSERT_TRUE(accept("gate-1", event));
    EXPECT_EQ(newest().lane, "east-out");
    EXPECT_FALSE(newest().decision);
    event.body = model::BarrierMoved{3, model::BarrierPosition::open};
    ASSERT_TRUE(accept("gate-1", event));
    EXPECT_EQ(newest().lane, "");
}

TEST_F(IntakeTest, NamesTheLaneAndTheRoleOfALoop)
{
    const auto told = [this](int input) {
        model::Event event;
        event.body = model::InputChanged{input, true};
        EXPECT_TRUE(accept("gate-1", event));
        return newest().lane + '/' + std::get<model::InputChanged>(newest().body).role;
    };
    EXPECT_EQ(told(2), "east-in/loop_entry");
    EXPECT_EQ(told(3), "east-in/loop_safety");
    EXPECT_EQ(told(4), "/");
}

TEST_F(IntakeTest, NamesTheLaneOfADoor)
{
    model::Event event;
    event.body = model::DoorState{2, model::DoorPosition::opened};
    ASSERT_TRUE(accept("gate-1", event));
    EXPECT_EQ(newest().lane, "east-out");
    // Two terminals at one door: what it does is told of the lane of the one it is wired to.
    auto inside = lane("door-in", "lpr-1", model::Direction::in, false);
    auto outside = lane("door-out", "lpr-2", model::Direction::out, false);
    inside.barrier_device = outside.barrier_device = "lpr-1";
    intake_->use_lanes({inside, outside});
    ASSERT_TRUE(accept("lpr-1", event));
    EXPECT_EQ(newest().lane, "door-in");
}

TEST_F(IntakeTest, RefusesARecordKeyWithoutMeasure)
{
    const auto refused = accept("lpr-1", read_of(std::string(513, 'k')));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), base::Errc::bad_input);
    EXPECT_TRUE(opened_.empty());
}

TEST_F(IntakeTest, SpeaksForTheGateway)
{
    std::optional<base::Result<void>> result;
    auto rethrow = [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    };
    model::Body body = model::SystemNotice{"started", true, ""};
    asio::co_spawn(io_, keep(intake_->emit(std::move(body)), result), rethrow);
    spin();
    ASSERT_TRUE(result && *result);
    EXPECT_EQ(newest().device, "gateway");
    EXPECT_EQ(newest().occurred_at, clock_.wall());
    EXPECT_EQ(store_.newest()->type, "system.notice");
}

TEST_F(IntakeTest, UsesNewLanesAfterAReload)
{
    intake_->use_lanes({lane("west-in", "lpr-2", model::Direction::in, true)});
    ASSERT_TRUE(accept("lpr-2", read_of("r1")));
    EXPECT_THAT(opened_, ElementsAre("west-in r1"));
    EXPECT_EQ(newest().lane, "west-in");
}

TEST(DecisionMemo, ForgetsTheLeastRecentlyUsedFirst)
{
    DecisionMemo memo(2);
    memo.put("d", "1", {});
    memo.put("d", "2", {});
    EXPECT_NE(memo.find("d", "1"), nullptr);
    memo.put("d", "3", {});
    EXPECT_EQ(memo.size(), 2U);
    EXPECT_EQ(memo.find("d", "2"), nullptr);
    EXPECT_NE(memo.find("d", "1"), nullptr);
    EXPECT_EQ(memo.find("e", "1"), nullptr);
}

} // namespace
} // namespace gatehouse::pipeline
