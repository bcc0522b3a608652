#include "tests/unit/protocols/modbus/session_fixture.hpp"

namespace gatehouse::modbus {
namespace {

using model::Status;
using Pdu = fakes::FakeModbus::Pdu;

TEST_F(ModbusSession, LetsTheBoardTimeThePulse)
{
    start("pulse = \"800ms\"");
    open();
    EXPECT_EQ(device.count(Pdu{5, 2, 0, 0, 8}), 1u);
    EXPECT_EQ(device.count(on(0)), 0u);
}

TEST_F(ModbusSession, PressesByACommandWordWhereTheBoardHasThat)
{
    start("board = \"momentary\"");
    EXPECT_EQ(open().status, Status::confirmed);
    EXPECT_EQ(device.count(Pdu{6, 0, 1, 0x05, 0x00}), 1u);
    EXPECT_FALSE(device.coils[0]);
}

TEST_F(ModbusSession, SwitchesOnWaitsAndSwitchesOffOnOtherBoards)
{
    start("board = \"coil\"");
    const auto answer = order(model::Action::barrier_open);
    pass(200ms);
    EXPECT_TRUE(device.coils[0]);
    pass(600ms);
    EXPECT_FALSE(device.coils[0]);
    pass(9s);
    EXPECT_EQ((*answer)->status, Status::confirmed);
    EXPECT_EQ(device.count(on(0)), 1u);
    EXPECT_EQ(device.count(off(0)), 1u);
}

TEST_F(ModbusSession, SwitchesOffAgainUntilTheRelayIsSeenOff)
{
    start("board = \"coil\"");
    const auto answer = order(model::Action::barrier_open);
    pass(300ms);
    device.deaf_to_writes = 2;
    pass(9s);
    EXPECT_EQ(device.count(off(0)), 3u);
    EXPECT_FALSE(device.coils[0]);
    EXPECT_EQ(device.count(on(0)), 1u); // the order itself once
}

TEST_F(ModbusSession, SwitchesOffAlsoWhenTheAnswerToTheOrderWasLost)
{
    start("board = \"coil\"");
    const auto answer = order(model::Action::barrier_open);
    device.answers_lost = 1;
    pass(9s);
    EXPECT_FALSE(device.coils[0]);
    EXPECT_EQ(device.count(on(0)), 1u);
}

TEST_F(ModbusSession, ReportsARelayThatDoesNotLetGo)
{
    start("board = \"coil\"");
    device.relay_sticks = true;
    open();
    const auto told = of<model::DeviceHealth>();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].what, "relay 0");
    EXPECT_FALSE(told[0].ok);
    device.relay_sticks = false;
    pass(30s);
    ASSERT_EQ(of<model::DeviceHealth>().size(), 2u);
    EXPECT_TRUE(of<model::DeviceHealth>()[1].ok);
}

TEST_F(ModbusSession, LooksWhetherTheBoardReallyEndedItsPulse)
{
    start();
    device.relay_sticks = true;
    const auto answer = order(model::Action::barrier_open);
    pass(1s);
    device.relay_sticks = false;
    pass(500ms); // long before anybody looks at the relays again
    EXPECT_GE(device.count(off(0)), 1u);
    EXPECT_FALSE(device.coils[0]);
    pass(12s);
}

TEST_F(ModbusSession, SwitchesOffARelayThatIsFoundOnAtTheStartAndSaysSo)
{
    device.has_gate = false;
    device.coils[1] = true;
    device.coils[3] = true; // hold: meant to stay
    start();
    EXPECT_FALSE(device.coils[1]);
    EXPECT_TRUE(device.coils[3]);
    EXPECT_EQ(device.count(off(1)), 1u);
    const auto told = of<model::DeviceHealth>();
    ASSERT_EQ(told.size(), 2u);
    EXPECT_FALSE(told[0].ok);
    EXPECT_EQ(told[0].detail.substr(0, 15), "close of gate 1");
    EXPECT_TRUE(told[1].ok);
}

TEST_F(ModbusSession, SwitchesOffWhatABoardRestoredAfterAPowerCut)
{
    start("board = \"coil\"");
    const auto answer = order(model::Action::barrier_open);
    pass(300ms);
    EXPECT_TRUE(device.coils[0]);
    inside([this] { device.restart(true); });
    pass(35s);
    EXPECT_FALSE(device.coils[0]);
    EXPECT_TRUE(answer->has_value());
}

TEST_F(ModbusSession, LooksTwiceBeforeItCallsARelayForgotten)
{
    device.has_gate = false;
    start();
    device.coils[2] = true; // somebody else's pulse
    pass(5s);
    device.coils[2] = false;
    pass(10s);
    EXPECT_TRUE(of<model::DeviceHealth>().empty());
    device.coils[2] = true;
    pass(11s);
    EXPECT_FALSE(device.coils[2]);
    EXPECT_EQ(of<model::DeviceHealth>().size(), 2u);
}

TEST_F(ModbusSession, LeavesNothingPressedWhenItStops)
{
    start("board = \"coil\"");
    const auto answer = order(model::Action::barrier_open);
    pass(200ms);
    EXPECT_TRUE(device.coils[0]);
    stop();
    EXPECT_FALSE(device.coils[0]);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::unknown);
    EXPECT_EQ((*answer)->code, "interrupted");
}

TEST_F(ModbusSession, SaysWhichRelaysTheBoardSwitchesByItself)
{
    device.holding[0x1001] = 1;
    start();
    EXPECT_EQ(driver->status().facts.at("relays switched by the board itself"), "1");
}

TEST_F(ModbusSession, WorksWithoutBeingToldVersionAndModes)
{
    device.holding.clear();
    start();
    EXPECT_EQ(links(), std::vector{model::LinkState::up});
    EXPECT_EQ(open().status, Status::confirmed);
}

TEST_F(ModbusSession, TestsWhatAnInstallerNeedsToKnow)
{
    device.holding[0x1001] = 1;
    device.inputs[0] = true;
    start("", "[[gate]]\nopen = 0\nup = 0\ndown = 1\n");
    const auto answer = ask(driver->self_test());
    pass(1s);
    ASSERT_TRUE(answer->has_value());
    std::string found;
    for (const auto& step : **answer) {
        found += step.name + (step.passed ? " ok\n" : " FAILED\n");
        EXPECT_EQ(step.remedy.empty(), step.passed) << step.name;
    }
    EXPECT_EQ(found, "connection ok\ninputs ok\nrelays ok\nrelays follow orders only FAILED\ngate 1 "
                     "FAILED\ngate 1 close ok\n");
    EXPECT_EQ(device.risen, 0);
}

TEST_F(ModbusSession, TellsTheInstallerWhatToDoWhenNothingAnswers)
{
    device.mute = true;
    start();
    const auto silent = ask(driver->self_test());
    pass(20s);
    ASSERT_TRUE(silent->has_value());
    EXPECT_EQ((**silent)[1].name, "inputs");
    EXPECT_EQ((**silent)[1].remedy,
              "check the unit; write rtu+tcp:// when a serial server stands before the board");
    device.present = false;
    inside([this] { device.cut(); });
    pass(3s);
    const auto gone = ask(driver->self_test());
    pass(1s);
    ASSERT_EQ((*gone)->size(), 1u);
    EXPECT_FALSE((**gone)[0].passed);
}

TEST_F(ModbusSession, RecordsAConversationThatCanBeExplained)
{
    start();
    pass(50ms); // between two polls
    const auto recorded = ask(driver->capture(1s));
    const auto twice = ask(driver->capture(1s));
    pass(2s);
    ASSERT_TRUE(recorded->has_value() && **recorded);
    EXPECT_EQ((*twice)->error(), base::Errc::busy);
    const auto lines = driver->replay(***recorded);
    ASSERT_GT(lines.size(), 10u);
    EXPECT_NE(lines[0].find("unit 1: read 8 inputs from 0"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find("unit 1: inputs answered: 1"), std::string::npos) << lines[1];
}

} // namespace
} // namespace gatehouse::modbus
