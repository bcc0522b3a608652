#include "protocols/modbus/pdu.hpp"
#include "tests/unit/protocols/modbus/session_fixture.hpp"

namespace gatehouse::modbus {
namespace {

using model::BarrierPosition;
using model::LinkState;

TEST_F(ModbusSession, PollsAndTellsWhereTheBoomStands)
{
    start();
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_EQ(positions(), std::vector{BarrierPosition::closed});
    EXPECT_EQ(driver->status().facts.at("gate 1"), "closed; nobody under the boom");
    EXPECT_EQ(driver->status().firmware, "2.00");
    const auto before = device.asked.size();
    pass(1s);
    EXPECT_GE(device.asked.size() - before, 9u);
    EXPECT_LE(device.asked.size() - before, 12u);
}

TEST_F(ModbusSession, TakesTheFirstPollForAStateAndNoEvent)
{
    device.inputs[2] = true; // a car waits, another stands under the boom
    device.inputs[3] = true;
    start();
    EXPECT_TRUE(of<model::InputChanged>().empty());
    EXPECT_TRUE(faults().empty());
}

TEST_F(ModbusSession, TellsPositionsWhenTheyAreReached)
{
    start();
    device.inputs[1] = false;
    pass(1s);
    EXPECT_EQ(driver->status().facts.at("gate 1"), "moving; nobody under the boom");
    EXPECT_EQ(positions().size(), 1u); // on its way: no news
    device.inputs[0] = true;
    pass(1s);
    EXPECT_EQ(positions(), (std::vector{BarrierPosition::closed, BarrierPosition::open}));
    EXPECT_EQ(of<model::BarrierMoved>().back().output, 1);
}

TEST_F(ModbusSession, CallsABoomBetweenItsLimitsStuckAfterAWhile)
{
    start();
    device.inputs[1] = false;
    pass(9s);
    EXPECT_TRUE(faults().empty());
    pass(2s);
    EXPECT_EQ(faults(), std::vector<std::string>{"blocked on"});
    EXPECT_EQ(positions().back(), BarrierPosition::unknown);
    device.inputs[0] = true;
    pass(1s);
    EXPECT_EQ(faults(), (std::vector<std::string>{"blocked on", "blocked off"}));
    EXPECT_EQ(positions().back(), BarrierPosition::open);
}

TEST_F(ModbusSession, CallsBothLimitsAtOnceAWiringFault)
{
    start();
    device.inputs[0] = true;
    pass(1s);
    EXPECT_EQ(faults(), std::vector<std::string>{"wiring on"});
    EXPECT_EQ(positions().back(), BarrierPosition::unknown);
    pass(60s);
    EXPECT_EQ(faults().size(), 1u);
    device.inputs[0] = false;
    pass(1s);
    EXPECT_EQ(faults().back(), "wiring off");
    EXPECT_EQ(positions().back(), BarrierPosition::closed);
}

TEST_F(ModbusSession, SaysUnknownWhereALimitIsNotWired)
{
    start("", "[[gate]]\nopen = 0\nup = 0\n");
    EXPECT_TRUE(positions().empty()); // "not up" is not "down"
    device.inputs[0] = true;
    pass(1s);
    device.inputs[0] = false;
    pass(60s);
    EXPECT_EQ(positions(), (std::vector{BarrierPosition::open, BarrierPosition::unknown}));
    EXPECT_TRUE(faults().empty());
}

TEST_F(ModbusSession, UnderstandsContactsThatAreNormallyClosed)
{
    device.limits_inverted = true;
    device.inputs = {true, false, false, true, false, false, false, false};
    start("", whole_gate + "normally_closed = [\"up\", \"down\", \"loop_safety\"]\n");
    EXPECT_EQ(positions(), std::vector{BarrierPosition::closed});
    EXPECT_EQ(driver->status().facts.at("gate 1"), "closed; nobody under the boom");
    device.inputs[3] = false; // the loop's cable is cut: somebody might be there
    pass(1s);
    EXPECT_TRUE(of<model::InputChanged>().back().active);
}

TEST_F(ModbusSession, TellsLoopsAndButtonsAsInputs)
{
    start();
    for (const std::size_t input : {2U, 3U, 5U}) {
        device.inputs[input] = true;
        pass(500ms);
        device.inputs[input] = false;
        pass(500ms);
    }
    const auto changes = of<model::InputChanged>();
    ASSERT_EQ(changes.size(), 6u);
    EXPECT_EQ(changes[0].input, 2);
    EXPECT_TRUE(changes[0].active);
    EXPECT_FALSE(changes[1].active);
    EXPECT_EQ(changes[2].input, 3);
    EXPECT_EQ(changes[4].input, 5);
    EXPECT_TRUE(events.back().time_trusted);
}

TEST_F(ModbusSession, DoesNotBelieveAContactThatOnlyBounced)
{
    start();
    device.inputs[2] = true;
    pass(100ms); // one poll
    device.inputs[2] = false;
    pass(1s);
    EXPECT_TRUE(of<model::InputChanged>().empty());
}

TEST_F(ModbusSession, TellsTheCabinetsDoorAndTheFaultContact)
{
    start("cabinet = 6\ncabinet_normally_closed = true", whole_gate + "fault_means = \"boom_off\"\n");
    ASSERT_EQ(of<model::Tamper>().size(), 1u); // open when we came: nobody else would ever say so
    EXPECT_EQ(of<model::Tamper>()[0].part, "case");
    device.inputs[6] = true;
    device.inputs[4] = true;
    pass(1s);
    EXPECT_FALSE(of<model::Tamper>().back().active);
    EXPECT_EQ(faults(), std::vector<std::string>{"boom_off on"});
}

TEST_F(ModbusSession, CallsTheLinkDownAfterThreePollsWithoutAnswerAndKnowsNothingThen)
{
    start("relays_every = \"60s\"");
    device.mute = true;
    pass(8s); // three polls of three tries, a second each
    EXPECT_EQ(links(), std::vector{LinkState::up});
    pass(1500ms);
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::down}));
    EXPECT_EQ(counted("gatehouse_modbus_retries_total"), 6u);
    EXPECT_EQ(driver->status().why, "the board did not answer in time");
    EXPECT_EQ(positions().back(), BarrierPosition::unknown);
}

TEST_F(ModbusSession, ComparesAfterALostLinkAndMarksWhatItDidNotSee)
{
    start();
    device.present = false;
    inside([this] { device.cut(); });
    pass(5s);
    EXPECT_EQ(links().back(), LinkState::down);
    device.inputs = {true, false, true, false, false, false, false, false};
    device.present = true;
    const auto before = events.size();
    pass(40s);
    EXPECT_EQ(links().back(), LinkState::up);
    ASSERT_EQ(of<model::InputChanged>().size(), 1u);
    EXPECT_EQ(of<model::InputChanged>()[0].input, 2);
    EXPECT_EQ(positions().back(), BarrierPosition::open);
    for (auto at = before; at < events.size(); ++at)
        EXPECT_EQ(events[at].time_trusted, std::holds_alternative<model::DeviceLink>(events[at].body));
}

TEST_F(ModbusSession, ComparesWithWhatItToldBeforeARestart)
{
    device.inputs[0] = true; // miswired, and the boom therefore unknown
    start();
    device.inputs[2] = true;
    pass(5s);
    stop();
    events.clear();
    device.inputs = {true, false, false, false, false, false, false, false};
    start();
    EXPECT_EQ(faults(), std::vector<std::string>{"wiring off"});
    EXPECT_EQ(positions(), std::vector{BarrierPosition::open});
    ASSERT_EQ(of<model::InputChanged>().size(), 1u);
    EXPECT_FALSE(of<model::InputChanged>()[0].active);
}

TEST_F(ModbusSession, IsSilentWhenTheBoardIsThereAndDoesNotTellItsInputs)
{
    start();
    device.exceptions[2] = 2;
    pass(5s);
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::silent}));
    EXPECT_EQ(driver->status().why, "the board does not tell its inputs: " + describe(Exception::address));
    EXPECT_EQ(positions().back(), BarrierPosition::unknown);
    device.exceptions.clear();
    pass(1s);
    EXPECT_EQ(links().back(), LinkState::up);
    EXPECT_EQ(positions().back(), BarrierPosition::closed);
    EXPECT_EQ(device.connections, 1);
}

TEST_F(ModbusSession, AsksABusyBoardAgain)
{
    start();
    device.busy_times = 2;
    pass(2s);
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_EQ(counted("gatehouse_modbus_retries_total"), 2u);
}

TEST_F(ModbusSession, GoesOnLookingWhileTheJournalTakesNothingAndTellsTheOutcomeLater)
{
    start();
    sink_refuses = 1'000'000;
    for (int i = 0; i < 1200; ++i) { // more than is kept: a loop that flickers
        device.inputs[2] = i % 2 == 0;
        pass(200ms);
    }
    EXPECT_GT(counted("gatehouse_modbus_untold_total"), 0u);
    device.inputs[1] = false;
    device.inputs[0] = true;
    pass(1s);
    EXPECT_EQ(driver->status().facts.at("framing"), "Modbus TCP");
    sink_refuses = 0;
    pass(30s);
    EXPECT_EQ(positions().back(), BarrierPosition::open);
    EXPECT_FALSE(of<model::InputChanged>().back().active);
}

TEST_F(ModbusSession, SeesABoardWithoutInputsByItsRelays)
{
    start("inputs = 0", "[[gate]]\nopen = 0\n");
    EXPECT_EQ(links(), std::vector{LinkState::up});
    EXPECT_TRUE(positions().empty());
    EXPECT_EQ(driver->status().facts.at("gate 1"), "position not wired; no loop under the boom");
}

// ---- vehicles ----

TEST_F(ModbusSession, TellsAVehicleThatPassed)
{
    start("", whole_gate + "passages = true\n");
    device.inputs[2] = true;
    pass(1s);
    EXPECT_EQ(open().status, model::Status::confirmed);
    device.inputs[3] = true;
    pass(1s);
    device.inputs[2] = false;
    pass(1s);
    EXPECT_TRUE(of<model::VehiclePassage>().empty());
    device.inputs[3] = false;
    pass(1s);
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1u);
    EXPECT_TRUE(of<model::VehiclePassage>()[0].passed);
    EXPECT_TRUE(of<model::VehiclePassage>()[0].plate.text.empty());
    EXPECT_TRUE(faults().empty());
}

TEST_F(ModbusSession, TellsAVehicleThatBackedOff)
{
    start("", whole_gate + "passages = true\n");
    device.inputs[2] = true;
    pass(1s);
    open();
    device.inputs[2] = false;
    pass(5s);
    device.inputs[0] = false;
    pass(1s);
    device.inputs[1] = true;
    pass(1s);
    ASSERT_EQ(of<model::VehiclePassage>().size(), 1u);
    EXPECT_FALSE(of<model::VehiclePassage>()[0].passed);
}

TEST_F(ModbusSession, CallsASecondVehicleOnOneOpeningAFollower)
{
    start();
    open();
    for (int i = 0; i < 2; ++i) {
        device.inputs[3] = true;
        pass(1s);
        device.inputs[3] = false;
        pass(1s);
    }
    EXPECT_EQ(faults(), std::vector<std::string>{"tailgating on"});
    device.inputs[0] = false;
    device.inputs[1] = true;
    pass(1s);
    EXPECT_EQ(faults(), (std::vector<std::string>{"tailgating on", "tailgating off"}));
    EXPECT_TRUE(of<model::VehiclePassage>().empty()); // a camera tells them
}

TEST_F(ModbusSession, AllowsAsManyVehiclesAsItOpenedFor)
{
    start();
    open();
    open();
    for (int i = 0; i < 2; ++i) {
        device.inputs[3] = true;
        pass(1s);
        device.inputs[3] = false;
        pass(1s);
    }
    EXPECT_TRUE(faults().empty());
}

TEST_F(ModbusSession, TellsVehiclesAndAccusesNobodyWhenSomebodyElseOpened)
{
    start("", whole_gate + "passages = true\n");
    device.inputs[0] = true; // a camera's relay, or a remote control
    device.inputs[1] = false;
    pass(2s);
    for (int i = 0; i < 3; ++i) {
        device.inputs[3] = true;
        pass(1s);
        device.inputs[3] = false;
        pass(1s);
    }
    EXPECT_TRUE(faults().empty());
    EXPECT_EQ(of<model::VehiclePassage>().size(), 3u);
    device.inputs[3] = true;
    pass(1s);
    device.inputs[0] = false; // the gate's own controller lowers it while the loop still clears
    pass(300ms);
    device.inputs[3] = false;
    pass(1s);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 4u);
    device.inputs[1] = true;
    pass(1s);
    device.inputs[3] = true; // on foot, under a closed boom
    pass(1s);
    device.inputs[3] = false;
    pass(1s);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 4u);
}

// ---- boards that tell inputs in registers, and that count their pulses ----

TEST_F(ModbusSession, ReadsInputsFromRegistersWhereABoardHasThemThere)
{
    for (std::uint16_t i = 16; i < 24; ++i)
        device.input_registers[i] = 0;
    device.input_registers[17] = 1; // the lower limit
    start("inputs_as = \"input\"\ninputs_first = 16");
    EXPECT_EQ(positions(), std::vector{BarrierPosition::closed});
    device.input_registers[18] = 0xff00; // whatever is not zero
    pass(1s);
    ASSERT_EQ(of<model::InputChanged>().size(), 1u);
    EXPECT_EQ(of<model::InputChanged>()[0].input, 2);
    EXPECT_EQ(device.count({2, 0, 16, 0, 8}), 0u);
}

TEST_F(ModbusSession, TellsAPulseThatOnlyTheBoardsCounterSaw)
{
    for (std::uint16_t i = 256; i < 264; ++i)
        device.input_registers[i] = 65535;
    start("counters_first = 256");
    pass(1s);
    EXPECT_TRUE(of<model::InputChanged>().empty());
    device.input_registers[261] = 0; // one on, over the counter's end: the hand-held button
    pass(1s);
    const auto told = of<model::InputChanged>();
    ASSERT_EQ(told.size(), 2u);
    EXPECT_TRUE(told[0].input == 5 && told[0].active);
    EXPECT_TRUE(told[1].input == 5 && !told[1].active);
}

TEST_F(ModbusSession, CountsNoPulseTwiceThatAPollSawToo)
{
    for (std::uint16_t i = 256; i < 264; ++i)
        device.input_registers[i] = 10;
    start("counters_first = 256");
    device.inputs[2] = true; // seen first, counted a poll later
    pass(150ms);
    device.input_registers[258] = 11;
    pass(1s);
    EXPECT_EQ(of<model::InputChanged>().size(), 1u);
    for (auto& [number, value] : device.input_registers)
        value = 0; // the board began anew
    pass(1s);
    EXPECT_EQ(of<model::InputChanged>().size(), 1u);
    device.input_registers.clear(); // it does not tell its counters any more
    device.inputs[2] = false;
    pass(1s);
    EXPECT_EQ(of<model::InputChanged>().size(), 2u);
    EXPECT_EQ(links(), std::vector{LinkState::up});
}

TEST_F(ModbusSession, DoesNotCloseRightAfterAPulseUnderTheBoomThatNoPollSaw)
{
    for (std::uint16_t i = 256; i < 264; ++i)
        device.input_registers[i] = 10;
    start("counters_first = 256");
    pass(5s);
    device.input_registers[259] = 11; // somebody was under the boom for some milliseconds
    pass(300ms);
    const auto outcome = close();
    EXPECT_EQ(outcome.code, "loop_occupied");
}

} // namespace
} // namespace gatehouse::modbus
