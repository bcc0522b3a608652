#include "gateway/passage/lane_board.hpp"

#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::passage {
namespace {

using model::BarrierPosition;

class LaneBoardTest : public testing::Test {
protected:
    static std::vector<config::LaneConfig> lanes()
    {
        config::LaneConfig lane;
        lane.id = "east-in";
        lane.readers = {"lpr-1"};
        lane.barrier_device = "gate-1";
        lane.loop_safety = {"gate-1", 2};
        config::LaneConfig door;
        door.id = "door";
        door.vehicle = false;
        door.barrier_device = "face-1";
        return {lane, door};
    }
    void tell(std::string device, model::Body body, std::string lane = "east-in", bool history = false)
    {
        auto entry = std::make_shared<model::Entry>();
        entry->seq = ++seq;
        entry->event.device = std::move(device);
        entry->event.lane = std::move(lane);
        entry->event.history = history;
        entry->event.occurred_at = clock.wall() + std::chrono::seconds(history ? -3600 : seq);
        entry->event.body = std::move(body);
        board.observe(entry);
    }
    static model::CommandDone order(model::Action action, std::string mode, model::Status status)
    {
        model::CommandDone done;
        done.command.action = action;
        done.command.device = "gate-1";
        if (!mode.empty()) done.command.args["mode"] = std::move(mode);
        done.outcome.status = status;
        return done;
    }

    asio::io_context io;
    fakes::ManualClock clock;
    fakes::FakeStore store{io.get_executor()};
    LaneBoard board{store, lanes()};
    std::int64_t seq = 0;
};

TEST_F(LaneBoardTest, KnowsNoPositionThatNoDeviceHasTold)
{
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::unknown);
    tell("gateway", order(model::Action::barrier_open, "", model::Status::accepted));
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::unknown) << "an order is no confirmation";
    tell("gate-1", model::BarrierMoved{1, BarrierPosition::open});
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::open);
    tell("gate-1", model::BarrierMoved{2, BarrierPosition::closed});
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::open) << "another barrier";
    tell("gate-1", model::BarrierMoved{1, BarrierPosition::closed}, "east-in", true);
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::open) << "from the device's store";
}

TEST_F(LaneBoardTest, ForgetsWhatADeviceHasToldWhenItsLinkIsLost)
{
    tell("gate-1", model::BarrierMoved{1, BarrierPosition::closed});
    tell("gate-1", model::InputChanged{2, true, "loop_safety"});
    EXPECT_EQ(board.at("east-in").occupied, true);
    tell("lpr-1", model::DeviceLink{model::LinkState::down, "x"});
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::closed) << "another device";
    tell("gate-1", model::DeviceLink{model::LinkState::silent, "x"});
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::unknown);
    EXPECT_EQ(board.at("east-in").occupied, std::nullopt);
    tell("gate-1", model::DeviceLink{model::LinkState::up, ""});
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::unknown) << "nothing has confirmed it since";
}

TEST_F(LaneBoardTest, ShowsABarrierAsHeldUntilItIsToldToClose)
{
    tell("gateway", order(model::Action::barrier_open, "hold", model::Status::failed));
    EXPECT_FALSE(board.at("east-in").held);
    tell("gateway", order(model::Action::barrier_open, "hold", model::Status::confirmed));
    EXPECT_TRUE(board.at("east-in").held);
    tell("gateway", order(model::Action::barrier_close, "", model::Status::accepted));
    EXPECT_FALSE(board.at("east-in").held);
}

TEST_F(LaneBoardTest, DoesNotTakeALockForTheLeafOfADoor)
{
    tell("face-1", model::DoorState{1, model::DoorPosition::unlocked}, "door");
    EXPECT_EQ(board.at("door").position, BarrierPosition::unknown);
    tell("face-1", model::DoorState{1, model::DoorPosition::opened}, "door");
    EXPECT_EQ(board.at("door").position, BarrierPosition::open);
    tell("face-1", model::DoorState{1, model::DoorPosition::closed}, "door");
    EXPECT_EQ(board.at("door").position, BarrierPosition::closed);
}

TEST_F(LaneBoardTest, ShowsTheNewestReadAndWhoPassedUnread)
{
    tell("lpr-1", model::VehiclePassage{});
    const auto live = board.at("east-in").last;
    ASSERT_TRUE(live);
    tell("lpr-1", model::VehiclePassage{}, "east-in", true);
    EXPECT_EQ(board.at("east-in").last, live) << "an hour old";
    model::Passage passed;
    passed.state = model::PassageState::passed;
    passed.parts.push_back({.id = "E1", .role = "read"});
    tell("lpr-1", passed);
    EXPECT_EQ(board.at("east-in").last, live) << "it tells of the read that is shown";
    passed.parts = {{.id = "E2", .role = "barrier"}};
    tell("gate-1", passed);
    EXPECT_NE(board.at("east-in").last, live);
}

TEST_F(LaneBoardTest, KeepsWhatItKnowsOverAReload)
{
    tell("gate-1", model::BarrierMoved{1, BarrierPosition::open});
    tell("lpr-1", model::VehiclePassage{});
    auto changed = lanes();
    board.use_lanes(changed);
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::open);
    EXPECT_TRUE(board.at("east-in").last);
    changed.front().barrier_device = "gate-2";
    board.use_lanes(changed);
    EXPECT_EQ(board.at("east-in").position, BarrierPosition::unknown) << "another barrier stands there";
}

} // namespace
} // namespace gatehouse::passage
