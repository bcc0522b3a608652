#include "tests/unit/protocols/uhppote/session_fixture.hpp"

namespace gatehouse::uhppote {

using model::Action;
using model::DoorPosition;
using model::Status;

TEST_F(UhppoteSession, AnOpeningIsConfirmedByItsEvent)
{
    start();
    const auto outcome = command(Action::door_open, {}, 3);
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_EQ(board.asked(0x40), 1u);
    EXPECT_EQ(board.relays, 4);
    EXPECT_EQ(taken, (std::vector<std::string>{"order"}));
    const auto attempts = of<model::AccessAttempt>();
    ASSERT_EQ(attempts.size(), 1u);
    const auto& attempt = std::get<model::AccessAttempt>(attempts[0].body);
    EXPECT_EQ(attempt.credential, "remote");
    EXPECT_EQ(attempt.door, 3);
}

TEST_F(UhppoteSession, OkWithoutMovementIsAcceptedButNotConfirmed)
{
    start();
    board.stuck_door = true;
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::accepted);
    EXPECT_EQ(board.asked(0x40), 1u);
}

TEST_F(UhppoteSession, ADoorThatMovesConfirmsWithoutAnyRelay)
{
    board.stuck_door = true;
    start();
    pass(3s);
    model::Command open;
    open.action = Action::door_open;
    const auto answer = ask(driver->execute(std::move(open)));
    board.door_open[0] = true;
    pass(5s);
    ASSERT_TRUE(*answer);
    EXPECT_EQ((*answer)->status, Status::confirmed);
}

TEST_F(UhppoteSession, AnOpeningIsNeverSentTwice)
{
    start();
    board.loses_answers = true;
    const auto outcome = command(Action::door_open, {}, 1, 30s);
    EXPECT_EQ(outcome.status, Status::unknown);
    EXPECT_EQ(outcome.code, "no_answer");
    EXPECT_EQ(board.asked(0x40), 1u);
    EXPECT_TRUE(taken.empty());
}

TEST_F(UhppoteSession, ARefusalIsNotUnknown)
{
    start();
    board.refuses = true;
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "device_refused");
    EXPECT_EQ(outcome.text,
              "the board refused to open the door; check the door's number and its control mode / "
              "控制器拒绝开门；请核对门号和门的控制方式");
}

TEST_F(UhppoteSession, AnOpeningThatNeverLeftHasFailed)
{
    start();
    net.send_refusal = base::Errc::unreachable;
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "unreachable");
}

TEST_F(UhppoteSession, AnOpeningWaitsForOneQuestionAtMost)
{
    start();
    board.absent = true;
    pass(2s); // a question is on its way
    model::Command open;
    open.action = Action::door_open;
    const auto steps = ask(driver->self_test()); // and others wait
    const auto outcome = ask(driver->execute(std::move(open)));
    EXPECT_EQ(board.asked(0x40), 0u);
    pass(2500ms);
    EXPECT_EQ(board.asked(0x40), 1u);
    pass(30s);
}

TEST_F(UhppoteSession, ADoorThatIsNotThereIsRefusedWithoutAsking)
{
    start("doors = 2");
    const auto outcome = command(Action::door_open, {}, 3);
    EXPECT_EQ(outcome.status, Status::rejected);
    EXPECT_EQ(board.asked(0x40), 0u);
}

TEST_F(UhppoteSession, AHeldDoorKeepsItsDelayAndClosingBringsBackWhatWasThere)
{
    board.control[1] = {2, 7};
    start();
    const auto held = command(Action::door_open, {{"mode", "hold"}}, 2);
    EXPECT_EQ(held.status, Status::confirmed);
    EXPECT_EQ(board.control[1], (std::pair{1, 7}));
    EXPECT_EQ(board.asked(0x40), 0u);
    EXPECT_EQ(door(2).back(), DoorPosition::remain_open);
    const auto closed = command(Action::door_close, {}, 2);
    EXPECT_EQ(closed.status, Status::confirmed);
    EXPECT_EQ(board.control[1], (std::pair{2, 7}));
    EXPECT_EQ(door(2).back(), DoorPosition::remain_closed);
}

TEST_F(UhppoteSession, ClosingIsControlAndLockingIsMore)
{
    start();
    EXPECT_EQ(command(Action::door_close, {{"mode", "locked"}}).status, Status::confirmed);
    EXPECT_EQ(board.control[0], (std::pair{2, 5}));
    EXPECT_EQ(command(Action::door_close).status, Status::confirmed);
    EXPECT_EQ(board.control[0], (std::pair{3, 5}));
    EXPECT_EQ(board.asked(0x80), 2u);
}

TEST_F(UhppoteSession, WhatTheBoardDoesNotKnowIsSaidToBeUnsupported)
{
    start();
    for (const auto action : {Action::barrier_open, Action::snapshot, Action::list_push}) {
        const auto outcome = command(action);
        EXPECT_EQ(outcome.status, Status::rejected);
        EXPECT_EQ(outcome.code, "unsupported");
    }
    const auto push = ask(driver->on_push({}));
    ASSERT_TRUE(*push);
    EXPECT_EQ((*push)->status, 404u);
}

// ---- what is seen of doors ----

TEST_F(UhppoteSession, DoorsRelaysButtonsAndInputsAreToldWhenTheyChange)
{
    start();
    pass(3s);
    EXPECT_EQ(door(1), (std::vector{DoorPosition::closed}));
    board.door_open[0] = true;
    board.relays = 1;
    board.button[1] = true;
    board.inputs = 2;
    pass(10s);
    EXPECT_EQ(door(1), (std::vector{DoorPosition::closed, DoorPosition::opened, DoorPosition::unlocked}));
    const auto buttons = of<model::InputChanged>();
    ASSERT_EQ(buttons.size(), 1u);
    EXPECT_EQ(std::get<model::InputChanged>(buttons[0].body).input, 2);
    const auto fire = of<model::Detection>();
    ASSERT_EQ(fire.size(), 1u);
    EXPECT_EQ(std::get<model::Detection>(fire[0].body).what, "fire");
    board.door_open[0] = false;
    board.relays = 0;
    pass(10s);
    EXPECT_EQ(door(1).size(), 5u);
    EXPECT_EQ(door(1).back(), DoorPosition::locked);
}

TEST_F(UhppoteSession, ADoorEventAndItsContactAreOneStory)
{
    start();
    pass(3s);
    board.door_open[0] = true;
    board.door_event(1, 23);
    pass(10s);
    EXPECT_EQ(door(1), (std::vector{DoorPosition::closed, DoorPosition::opened}));
    board.door_event(1, 38);
    pass(3s);
    EXPECT_EQ(door(1).back(), DoorPosition::forced_open);
}

TEST_F(UhppoteSession, AContactThatWasNeverSeenMovingSaysNothing)
{
    board.door_open[3] = true; // not wired
    start();
    pass(10s);
    EXPECT_TRUE(door(4).empty());
}

TEST_F(UhppoteSession, NobodyKnowsADoorWhileTheLinkIsDown)
{
    start();
    pass(3s);
    board.absent = true;
    pass(12s);
    EXPECT_EQ(door(1).back(), DoorPosition::unknown);
}

} // namespace gatehouse::uhppote
