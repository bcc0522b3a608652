#include "protocols/modbus/pdu.hpp"
#include "tests/unit/protocols/modbus/session_fixture.hpp"

namespace gatehouse::modbus {
namespace {

using model::Action;
using model::Status;

// A boom that is up, with nobody under it.
void raise(fakes::FakeModbus& device)
{
    device.inputs[0] = true;
    device.inputs[1] = false;
}

TEST_F(ModbusSession, OpensAndConfirmsByTheUpperLimit)
{
    start();
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_EQ(outcome.text, "the boom is up");
    EXPECT_GE(outcome.took_ms, 2000);
    EXPECT_LE(outcome.took_ms, 2600);
    EXPECT_EQ(device.count(pulse(0)), 1u);
    EXPECT_EQ(taken, std::vector<std::string>{"c1"});
    EXPECT_FALSE(device.coils[0]);
}

TEST_F(ModbusSession, SaysThatTheGateDoesNotRise)
{
    start();
    device.boom_stuck = true;
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "not_raised");
    EXPECT_EQ(device.count(pulse(0)), 1u);
    EXPECT_EQ(faults(), std::vector<std::string>{"time_out on"});
    raise(device);
    pass(1s);
    EXPECT_EQ(faults().back(), "time_out off");
}

TEST_F(ModbusSession, ConfirmsByTheRelayWhereNoLimitIsWired)
{
    start("", "[[gate]]\nopen = 0\n");
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_EQ(outcome.text, "the relay was seen on; no limit shows whether the boom moved");
    EXPECT_TRUE(positions().empty());
}

TEST_F(ModbusSession, CallsItAcceptedWhereNothingShowsAnything)
{
    device.exceptions[1] = 1; // relays cannot be read
    start("", "[[gate]]\nopen = 0\n");
    EXPECT_EQ(open().status, Status::accepted);
}

TEST_F(ModbusSession, ConfirmsByTheLowerLimitAloneThatTheBoomLeftIt)
{
    start("", "[[gate]]\nopen = 0\ndown = 1\n");
    EXPECT_EQ(open().text, "the boom left its lower limit");
}

TEST_F(ModbusSession, LooksForTheLimitWhenTheAnswerToAnOrderIsLostAndRepeatsNothing)
{
    start();
    const auto answer = order(Action::barrier_open);
    device.answers_lost = 2; // of the order, and of the look at the relays
    pass(12s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::confirmed);
    EXPECT_EQ(device.count(pulse(0)), 1u);
}

TEST_F(ModbusSession, SaysUnknownWhenTheAnswerIsLostAndNothingMoves)
{
    start();
    device.deaf_to_writes = 1;
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::unknown);
    EXPECT_EQ(outcome.code, "no_answer");
    EXPECT_EQ(device.count(pulse(0)), 1u);
    EXPECT_TRUE(faults().empty());
    EXPECT_TRUE(taken.empty());
}

TEST_F(ModbusSession, SaysWhenTheBoardIsBusyOrRefusesAndRepeatsNothing)
{
    start();
    device.exceptions[5] = 6;
    const auto busy = open();
    EXPECT_EQ(busy.status, Status::failed);
    EXPECT_EQ(busy.code, "device_busy");
    EXPECT_EQ(busy.text, "the board is busy; try again in a moment / 板卡忙；请稍后重试 (exception 6, busy)");
    device.exceptions[5] = 2;
    const auto refused = open();
    EXPECT_EQ(refused.code, "device_refused");
    EXPECT_EQ(refused.text, describe(Exception::address));
    EXPECT_EQ(device.count(pulse(0)), 2u);
    EXPECT_EQ(device.risen, 0);
}

TEST_F(ModbusSession, SendsNothingWithoutALink)
{
    start();
    device.present = false;
    inside([this] { device.cut(); });
    pass(1s);
    const auto before = device.asked.size();
    EXPECT_EQ(open().code, "unreachable");
    EXPECT_EQ(close().code, "unreachable");
    EXPECT_EQ(device.asked.size(), before);
}

TEST_F(ModbusSession, SaysUnknownWhenTheLinkIsLostUnderway)
{
    start();
    const auto answer = order(Action::barrier_open);
    pass(500ms);
    device.present = false;
    inside([this] { device.cut(); });
    pass(9s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::unknown);
}

TEST_F(ModbusSession, KnowsNoOtherGateAndNoOtherOrder)
{
    start();
    EXPECT_EQ(command(Action::barrier_open, 1s, {}, 2).code, "bad_arguments");
    EXPECT_EQ(command(Action::door_open).code, "unsupported");
    EXPECT_EQ(device.risen, 0);
}

// ---- closing ----

TEST_F(ModbusSession, ClosesOverAClearLoopAndConfirmsByTheLowerLimit)
{
    raise(device);
    start();
    pass(1s);
    const auto outcome = close();
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_EQ(outcome.text, "the boom is down");
    EXPECT_EQ(device.count(pulse(1)), 1u);
    EXPECT_EQ(device.risen, 0);
}

TEST_F(ModbusSession, NeverClosesOnAnOccupiedLoop)
{
    raise(device);
    start();
    pass(2s);
    device.inputs[3] = true; // just now: no poll has seen it
    const auto outcome = close();
    EXPECT_EQ(outcome.status, Status::rejected);
    EXPECT_EQ(outcome.code, "loop_occupied");
    EXPECT_EQ(device.count(pulse(1)), 0u);
}

TEST_F(ModbusSession, ClosesOnlyWhenTheLoopHasBeenClearForLongEnough)
{
    raise(device);
    device.inputs[3] = true;
    start();
    pass(2s);
    device.inputs[3] = false;
    pass(700ms);
    EXPECT_EQ(close(1s).code, "loop_occupied");
    EXPECT_EQ(device.count(pulse(1)), 0u);
    pass(500ms);
    EXPECT_EQ(close().status, Status::confirmed);
}

TEST_F(ModbusSession, NeverClosesOnALoopThatCannotBeRead)
{
    raise(device);
    start();
    pass(2s);
    device.exceptions[2] = 4;
    EXPECT_EQ(close().code, "loop_unknown");
    EXPECT_EQ(device.count(pulse(1)), 0u);
}

TEST_F(ModbusSession, DoesNotCloseOnWhatTheLoopWasAWhileAgo)
{
    raise(device);
    start();
    pass(2s);
    device.answers_after = 700ms; // the look is answered, and no longer "just now"
    const auto outcome = close();
    EXPECT_EQ(outcome.status, Status::rejected);
    EXPECT_EQ(outcome.code, "loop_unknown");
    EXPECT_EQ(device.count(pulse(1)), 0u);
}

TEST_F(ModbusSession, LooksAtTheLoopOnceMoreWhenTheCloseButtonsTurnHasCome)
{
    start();
    EXPECT_EQ(command(Action::barrier_open, 12s, {{"mode", "hold"}}).status, Status::confirmed);
    pass(2s);
    device.answers_after = 150ms;
    const auto answer = order(Action::barrier_close); // looks, lets go of hold, reads that back, presses
    pass(200ms);
    device.inputs[3] = true;
    pass(5s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->text, "not lowered: somebody is under the boom");
    EXPECT_EQ(device.count(pulse(1)), 0u);
}

TEST_F(ModbusSession, TakesALoopForOccupiedWhoseNormallyClosedCableIsCut)
{
    raise(device);
    device.inputs[3] = true;
    start("", whole_gate + "normally_closed = [\"loop_safety\"]\n");
    pass(2s);
    device.inputs[3] = false;
    EXPECT_EQ(close().text, "not lowered: somebody is under the boom");
    EXPECT_EQ(device.count(pulse(1)), 0u);
}

TEST_F(ModbusSession, CountsTheTimeOfAClearLoopAnewAfterALostLink)
{
    raise(device);
    start();
    pass(2s);
    inside([this] { device.cut(); });
    for (int i = 0; i < 40 && driver->status().link == model::LinkState::up; ++i)
        pass(50ms);
    for (int i = 0; i < 100 && driver->status().link != model::LinkState::up; ++i)
        pass(50ms);
    EXPECT_EQ(close(500ms).code, "loop_occupied");
    EXPECT_EQ(device.count(pulse(1)), 0u);
    pass(1200ms);
    EXPECT_EQ(close().status, Status::confirmed);
}

TEST_F(ModbusSession, StopsAndRaisesTheBoomAgainWhenSomebodyComesUnderIt)
{
    raise(device);
    start();
    pass(2s);
    const auto answer = order(Action::barrier_close);
    pass(1s);
    EXPECT_TRUE(device.moving_down());
    device.inputs[3] = true;
    pass(300ms);
    EXPECT_FALSE(device.moving_down());
    pass(9s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::failed);
    EXPECT_EQ((*answer)->code, "loop_occupied");
    EXPECT_EQ((*answer)->text, "not lowered: somebody is under the boom; the boom was sent up again");
    EXPECT_EQ(device.count(off(1)), 1u);
    EXPECT_EQ(device.count(pulse(2)), 1u);
    EXPECT_EQ(device.count(pulse(0)), 1u);
    EXPECT_EQ(device.count(pulse(1)), 1u);
    EXPECT_TRUE(device.inputs[0]);
}

TEST_F(ModbusSession, RaisesTheBoomAgainWhenTheLoopCanNoLongerBeRead)
{
    raise(device);
    start();
    pass(2s);
    const auto answer = order(Action::barrier_close);
    pass(500ms);
    device.exceptions[2] = 4;
    pass(1500ms);
    EXPECT_FALSE(device.moving_down());
    EXPECT_EQ(device.count(pulse(0)), 1u);
    pass(9s);
    EXPECT_EQ((*answer)->text,
              "not lowered: whether somebody is under the boom cannot be read; the boom was sent up again");
}

TEST_F(ModbusSession, RaisesTheBoomAgainWhenTheBoardAnswersNothingMore)
{
    raise(device);
    start();
    pass(2s);
    const auto answer = order(Action::barrier_close);
    pass(500ms);
    device.answers_lost = 1'000; // it still does what it is told
    pass(4s);
    EXPECT_EQ(device.count(pulse(2)), 1u);
    pass(6s);
    EXPECT_EQ(device.count(pulse(0)), 1u);
    EXPECT_EQ(device.count(pulse(1)), 1u);
}

TEST_F(ModbusSession, WatchesTheLoopAlsoWhenNobodyWaitsForTheOutcomeAnyMore)
{
    raise(device);
    start();
    pass(2s);
    {
        base::TaskGroup caller(io.get_executor());
        auto call = [](device::Driver& gate) -> asio::awaitable<void> {
            model::Command command;
            command.action = Action::barrier_close;
            (void)co_await gate.execute(std::move(command));
        };
        caller.spawn("caller", call(*driver));
        pass(500ms);
        inside([&] { caller.cancel(); });
        pass(100ms);
        EXPECT_EQ(caller.size(), 0u);
    }
    EXPECT_TRUE(device.moving_down());
    device.inputs[3] = true;
    pass(300ms);
    EXPECT_FALSE(device.moving_down());
    EXPECT_EQ(device.count(pulse(0)), 1u);
}

TEST_F(ModbusSession, SaysThatTheGateDoesNotComeDown)
{
    raise(device);
    start();
    pass(2s);
    device.boom_stuck = true;
    const auto outcome = close(15s);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "not_lowered");
    EXPECT_EQ(device.count(pulse(1)), 1u);
}

TEST_F(ModbusSession, DoesNotCloseWhereNoRelayIsWiredForIt)
{
    start("", "[[gate]]\nopen = 0\nup = 0\ndown = 1\n");
    EXPECT_EQ(close().code, "unsupported");
}

// ---- holding ----

TEST_F(ModbusSession, HoldsAGateOpenUntilItIsClosed)
{
    start();
    const auto held = command(Action::barrier_open, 12s, {{"mode", "hold"}});
    EXPECT_EQ(held.status, Status::confirmed);
    EXPECT_TRUE(device.coils[3]);
    pass(6s);
    EXPECT_EQ(driver->status().facts.at("hold of gate 1"), "on");
    EXPECT_EQ(close().status, Status::confirmed);
    EXPECT_FALSE(device.coils[3]);
}

TEST_F(ModbusSession, DoesNotCloseAGateThatStaysHeldOpen)
{
    start();
    (void)command(Action::barrier_open, 12s, {{"mode", "hold"}});
    pass(2s);
    device.relay_sticks = true;
    EXPECT_EQ(close().status, Status::unknown);
    EXPECT_EQ(device.count(pulse(1)), 0u);
}

} // namespace
} // namespace gatehouse::modbus
