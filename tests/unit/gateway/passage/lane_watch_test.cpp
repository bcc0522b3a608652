#include "tests/unit/gateway/passage/story.hpp"

#include <gmock/gmock.h>

namespace gatehouse::passage {
namespace {

using tests::Case;
using tests::Lines;
using tests::Story;

void expect(const config::LaneConfig& lane, const Case& one)
{
    SCOPED_TRACE(one.name);
    Story story({lane});
    story.tell(one.story);
    story.end();
    EXPECT_EQ(story.passages(), one.passages);
}

TEST(LaneWatch, WithLoopsTellsWhatEachVehicleDid)
{
    const std::vector<Case> cases{
        {"a resident drives in",
         R"(
            0   before on
            1   read 沪A12345 open 0.95
            1.2 order access
            2.5 up
            4   before off
            5   under on
            7   under off
            9   down)",
         {"passed 沪A12345 by access proof loop"}},
        {"a stranger is refused and drives off",
         R"(
            0   read 沪A99999 refuse
            1   before on
            20  before off)",
         {"backed_off 沪A99999"}},
        {"a stranger is let in by the guard",
         R"(
            0   before on
            1   read 沪A99999 refuse
            30  order cli
            32  up
            34  before off
            35  under on
            36  under off
            40  down)",
         {"passed 沪A99999 by cli proof loop manual"}},
        {"somebody is let in and drives off all the same",
         R"(
            0   before on
            1   read 沪A12345 open
            1.2 order access
            2   up
            5   before off)",
         {"backed_off 沪A12345 by access"}},
        {"the second slips through behind the first",
         R"(
            0   before on
            1   read 沪A12345 open
            1.2 order access
            2   up
            4   before off
            5   under on
            6   before on
            7   under off
            7.5 before off
            8   under on
            9   under off
            11  down)",
         {"passed 沪A12345 by access proof loop", "passed - proof loop tailgating no_read"}},
        {"the second, refused, slips through bumper to bumper",
         R"(
            0   before on
            1   read 沪A12345 open
            1.2 order access
            2   up
            3   under on
            4   read 沪B77777 refuse
            6   under off
            6.5 before off
            7   under on
            9   under off
            11  down)",
         {"passed 沪A12345 by access proof loop", "passed 沪B77777 proof loop tailgating"}},
        {"two residents go through one opening",
         R"(
            0   before on
            1   read 沪A12345 open
            1.2 order access
            2   up
            3   before off
            4   under on
            4.5 before on
            5   read 沪B77777 open
            5.2 order access
            6   under off
            7   before off
            8   under on
            9   under off
            11  down)",
         {"passed 沪A12345 by access proof loop", "passed 沪B77777 by access proof loop convoy"}},
        {"the barrier is opened by hand for a vehicle that nobody read",
         R"(
            0   before on
            3   up
            5   before off
            6   under on
            8   under off
            12  down)",
         {"passed - by hand proof loop manual no_read"}},
        {"a vehicle leaves by the lane in",
         R"(
            0   order cli
            2   up
            5   under on
            6   before on
            7   under off
            8   before off
            12  down)",
         {"passed - by cli proof loop wrong_direction manual no_read"}},
        {"somebody on foot crosses the loop under an open barrier",
         R"(
            0   before on
            1   read 沪A12345 open
            1.2 order access
            2   up
            3   before off
            4   under on
            5   under off
            8   under on
            9   under off
            12  down)",
         {"passed 沪A12345 by access proof loop"}},
        {"a vehicle rolls back and forth before the barrier",
         R"(
            0   before on
            1   read 沪A99999 refuse
            5   before off
            7   before on
            30  before off)",
         {"backed_off 沪A99999"}},
        {"nobody comes for an opening",
         R"(
            0   read 沪A12345 open
            0.2 order access
            1   up
            31  down)",
         {"backed_off 沪A12345 by access"}},
    };
    for (const auto& one : cases)
        expect(tests::lane_with_loops(), one);
}

TEST(LaneWatch, WithoutLoopsGoesByTheBarrier)
{
    const std::vector<Case> cases{
        {"a resident drives in",
         R"(
            0   read 沪A12345 open
            0.2 order access
            2   up
            9   down)",
         {"passed 沪A12345 by access proof barrier"}},
        {"the read comes after the gate has opened for it",
         R"(
            0   order access
            1   up
            4   read 沪A12345 open
            9   down)",
         {"passed 沪A12345 by access proof barrier"}},
        {"the read comes after the vehicle has gone",
         R"(
            0   order access
            1   up
            6   down
            20  read 沪A12345 open)",
         {"passed 沪A12345 by access proof barrier"}},
        {"the camera flickers",
         R"(
            0   read 沪A1234S refuse 0.55
            1   read 沪A12345 open 0.93
            1.2 order access
            2   read 沪A12346 refuse 0.40
            3   up
            4   read 沪A12345 open 0.91
            9   down
            12  read 沪A12345 open 0.90)",
         {"passed 沪A12345 by access proof barrier"}},
        {"two neighbours whose plates differ by one letter",
         R"(
            0   read 沪A12345 open
            0.2 order access
            2   up
            9   down
            9.5 read 沪A12346 open
            9.7 order access
            12  up
            18  down)",
         {"passed 沪A12345 by access proof barrier", "passed 沪A12346 by access proof barrier"}},
        {"a whole row of them",
         R"(
            0    read 沪A12345 open
            0.2  order access
            2    up
            6    down
            10   read 沪A12346 open
            10.2 order access
            12   up
            16   down
            20   read 沪A12347 open
            20.2 order access
            22   up
            26   down)",
         {"passed 沪A12345 by access proof barrier", "passed 沪A12346 by access proof barrier",
          "passed 沪A12347 by access proof barrier"}},
        {"the same vehicle again after a while",
         R"(
            0   read 沪A12345 open
            0.2 order access
            2   up
            9   down
            90  read 沪A12345 open
            90.2 order access
            92  up
            99  down)",
         {"passed 沪A12345 by access proof barrier", "passed 沪A12345 by access proof barrier"}},
        {"somebody opens with the remote control",
         R"(
            0   up
            8   down)",
         {"passed - by hand proof barrier manual no_read"}},
        {"the opening fails and nobody moves",
         R"(
            0   read 沪A12345 open
            1   failed access)",
         {"timed_out 沪A12345"}},
        {"the controller tells of one that followed",
         R"(
            0   read 沪A12345 open
            0.2 order access
            2   up
            6   fault tailgating
            9   down)",
         {"passed - proof barrier tailgating no_read", "passed 沪A12345 by access proof barrier"}},
    };
    for (const auto& one : cases)
        expect(tests::vehicle_lane(), one);
}

TEST(LaneWatch, WithoutAnyWordFromTheGateTakesWhoWasLetInAsPassed)
{
    const std::vector<Case> cases{
        {"the gateway opens", "0 read 沪A12345 open \n 0.2 order access", {"passed 沪A12345 by access"}},
        {"and does not", "0 read 沪A99999 refuse", {"timed_out 沪A99999"}},
        {"no plate was read", "0 read - refuse \n 2 read - refuse", {"timed_out -"}},
    };
    for (const auto& one : cases)
        expect(tests::vehicle_lane(), one);
}

TEST(LaneWatch, TellsOfAnOpeningForAFireOnlyWhenSomebodyDrivesThrough)
{
    expect(tests::vehicle_lane(), {"nobody is there", "0 order fire \n 1 up", {}});
    expect(tests::lane_with_loops(), {"nor here", "0 order fire \n 1 up", {}});
    expect(tests::lane_with_loops(), {"somebody waits",
                                      R"(
            0   before on
            1   read 沪A99999 refuse
            10  order fire
            12  up
            14  before off
            15  under on
            16  under off)",
                                      {"passed 沪A99999 by fire proof loop"}});
}

TEST(LaneWatch, TakesTheWordOfADeviceThatDecides)
{
    auto lane = tests::vehicle_lane();
    lane.decide_here = false;
    expect(lane, {"two cars",
                  "0 read 沪A12345 open \n 3 read 沪B77777 refuse",
                  {"passed 沪A12345 by device", "timed_out 沪B77777"}});
}

TEST(LaneWatch, NamesItsPartsAndTheFinalRead)
{
    Story story({tests::vehicle_lane()});
    story.tell(
        "0 read 沪A1234S refuse 0.60 \n 1 read 沪A12345 open 0.93 \n 1.2 order access \n 2 up \n 9 down");
    story.end();
    ASSERT_EQ(story.told().size(), 1u);
    const auto& event = story.told().front().event;
    const auto& passage = std::get<model::Passage>(event.body);
    EXPECT_EQ(event.lane, "east-in");
    EXPECT_EQ(event.device, "lpr-east-in");
    EXPECT_EQ(event.device_key, "passage/E1");
    EXPECT_EQ(event.decision->rule, "resident-list");
    EXPECT_EQ(passage.command, "C-access");
    EXPECT_EQ(passage.started_at, tests::midnight);
    EXPECT_EQ(passage.ended_at, tests::midnight + std::chrono::seconds(9));
    std::string parts;
    for (const auto& part : passage.parts)
        parts += part.id + ' ' + part.role + ' ' + part.plate.text + ", ";
    EXPECT_EQ(parts, "E1 read 沪A1234S, E2 read 沪A12345, E3 command , E4 barrier , E5 barrier , ");
}

TEST(LaneWatch, SaysThatAVehicleWaitsAndWhenItNoLongerDoes)
{
    Story story({tests::lane_with_loops()});
    story.tell("0 before on \n 1 read 沪A99999 refuse");
    story.tick(59);
    EXPECT_TRUE(story.notices().empty());
    story.tick(61);
    EXPECT_EQ(story.notices(), Lines{"vehicle_waiting"});
    story.tick(300);
    story.tell("301 order cli \n 303 under on \n 305 under off");
    story.end();
    EXPECT_EQ(story.notices(), (Lines{"vehicle_waiting", "vehicle_waiting over"}));
    EXPECT_EQ(story.passages(), Lines{"passed 沪A99999 by cli proof loop manual"});
}

TEST(LaneWatch, DoesNotSayThatAVehicleWaitsThatWasOnlySeenOnce)
{
    Story story({tests::vehicle_lane()});
    story.tell("0 read 沪A99999 refuse");
    story.end();
    EXPECT_TRUE(story.notices().empty());
}

TEST(LaneWatch, GoesOnAfterARestartInTheMiddle)
{
    const Lines steps{"0 before on",      "1 read 沪A12345 open 0.9",
                      "1.2 order access", "2 up",
                      "4 before off",     "5 under on",
                      "7 under off",      "9 down",
                      "20 before on",     "21 read 沪B77777 refuse",
                      "40 before off"};
    for (std::size_t cut = 0; cut <= steps.size(); ++cut) {
        Story story({tests::lane_with_loops()});
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (i == cut) story.restart();
            story.tell(steps[i]);
        }
        story.end();
        EXPECT_EQ(story.passages(), (Lines{"passed 沪A12345 by access proof loop", "backed_off 沪B77777"}))
            << "restart before step " << cut;
    }
}

TEST(LaneWatch, RemembersNoMoreThanItsBound)
{
    Story story({tests::vehicle_lane()});
    for (int i = 0; i < 500; ++i)
        story.tell("0." + std::to_string(100 + i) + " read 沪" +
                   std::string(6, static_cast<char>('A' + i % 26)) + std::to_string(i) + " refuse");
    EXPECT_GE(story.passages().size(), 480u) << "the oldest ended to make room";
}

TEST(LaneWatch, CountsAnEchoOnTheOppositeCameraAsThePassageItIs)
{
    auto in = tests::vehicle_lane("east-in");
    auto out = tests::vehicle_lane("east-out", model::Direction::out);
    in.opposite = "east-out";
    out.opposite = "east-in";
    Story story({in, out});
    story.tell(R"(
        0   read 沪A12345 open
        0.2 order access
        2   up
        6   read 沪A12345 refuse @east-out
        9   down
        25  read 沪A12345 refuse @east-out
        60  read 沪A12345 open @east-out
        60.2 order access @east-out)");
    story.end();
    EXPECT_EQ(story.passages(),
              (Lines{"passed 沪A12345 by access proof barrier echo", "passed 沪A12345 by access"}));
}

TEST(LaneWatch, TakesANeighbourWhoLeavesAsAnotherEntersForNoEcho)
{
    auto in = tests::vehicle_lane("east-in");
    auto out = tests::vehicle_lane("east-out", model::Direction::out);
    in.opposite = "east-out";
    out.opposite = "east-in";
    Story story({in, out});
    story.tell(R"(
        0   read 沪A12345 open
        0.2 order access
        6   read 沪A12346 open @east-out
        6.2 order access @east-out)");
    story.end();
    EXPECT_EQ(story.passages(), (Lines{"passed 沪A12345 by access", "passed 沪A12346 by access"}));
}

TEST(LaneWatch, MarksWhoComesInTwiceWithoutLeaving)
{
    Story story({tests::vehicle_lane("east-in"), tests::vehicle_lane("east-out", model::Direction::out)});
    story.tell(R"(
        0    read 沪A12345 open
        0.2  order access
        100  read 沪A12345 open @east-out
        100.2 order access @east-out
        200  read 沪A12345 open
        200.2 order access
        300  read 沪A12345 open
        300.2 order access)");
    story.end();
    EXPECT_EQ(story.passages(),
              (Lines{"passed 沪A12345 by access", "passed 沪A12345 by access", "passed 沪A12345 by access",
                     "passed 沪A12345 by access anti_passback"}));
}

} // namespace
} // namespace gatehouse::passage
