#include "tests/unit/protocols/uhppote/session_fixture.hpp"

namespace gatehouse::uhppote {

using model::Action;
using model::Status;

namespace {

const std::string arming = "listen_port = 60001\nlistening = \"arm\"\n";
const std::string ours = std::string("\xc0\x00\x02\x01\x61\xea\x0f", 7); // 192.0.2.1:60001, 15 s
const std::string theirs = std::string("\xc0\x00\x02\x63\x61\xea\x0f", 7);

} // namespace

// ---- listener ----

TEST_F(UhppoteSession, TouchesNothingUnlessConfigured)
{
    board.listener = theirs;
    board.skew = 1h;
    start("listen_port = 60001");
    pass(1h);
    EXPECT_EQ(board.listener, theirs);
    EXPECT_FALSE(board.special_events);
    for (const int code : {0x90, 0x8e, 0x30, 0x80, 0xb2})
        EXPECT_EQ(board.asked(code), 0u) << code;
    EXPECT_TRUE(writes.empty());
}

TEST_F(UhppoteSession, PointsTheBoardAtUsWhenConfiguredAndKeepsItsInterval)
{
    board.listener = theirs;
    start(arming + "special_events = \"record\"");
    EXPECT_EQ(board.listener, ours);
    EXPECT_TRUE(board.special_events);
    ASSERT_EQ(writes.size(), 2u);
    EXPECT_EQ(writes[1].what, "listener");
    EXPECT_EQ(writes[1].detail,
              "192.0.2.99:60001, repeated every 15 s -> 192.0.2.1:60001, repeated every 15 s");
    EXPECT_EQ(writes[1].result, "ok");
    stop();
    start(arming);
    EXPECT_EQ(board.asked(0x90), 1u) << "it points at us already";
}

TEST_F(UhppoteSession, UndoingPutsTheListenerBackAsItWas)
{
    board.listener = theirs;
    start(arming);
    EXPECT_EQ(command(Action::disarm).status, Status::confirmed);
    EXPECT_EQ(board.listener, theirs);
    EXPECT_EQ(command(Action::disarm).status, Status::failed) << "there is nothing left to undo";
    EXPECT_EQ(command(Action::arm).status, Status::confirmed);
    board.listener = std::string("\xc0\x00\x02\x64\x61\xea\x0f", 7);
    EXPECT_EQ(command(Action::arm, {{"listening", "undo"}}).status, Status::failed)
        << "somebody else's by now";
    EXPECT_EQ(board.listener, std::string("\xc0\x00\x02\x64\x61\xea\x0f", 7));
}

TEST_F(UhppoteSession, ARefusedListenerIsAuditedAndTheLinkIsUp)
{
    board.refuses = true;
    start(arming);
    ASSERT_EQ(writes.size(), 1u);
    EXPECT_NE(writes[0].result, "ok");
    EXPECT_EQ(links(), (std::vector{model::LinkState::up}));
}

// ---- clock ----

TEST_F(UhppoteSession, BothTimesAreKeptAndCorrectedByTheMeasuredOffset)
{
    board.skew = 90s;
    start();
    pass(3s);
    const auto true_time = clock.wall();
    board.swipe(1, 100);
    pass(3s);
    const auto event = of<model::AccessAttempt>().back();
    EXPECT_EQ(*event.device_time, true_time + 90s);
    EXPECT_LE(std::chrono::abs(event.occurred_at - true_time), 1s);
    EXPECT_FALSE(event.time_trusted) << "out of policy";
    EXPECT_FALSE(event.history) << "a wrong clock hides no live event";
    EXPECT_FALSE(driver->status().clock_trusted);
}

TEST_F(UhppoteSession, TheClockIsSetWhenConfiguredAndReadBack)
{
    board.skew = -90s;
    start("clock = \"correct\"");
    pass(5s);
    EXPECT_EQ(board.skew, 0ms);
    ASSERT_EQ(writes.size(), 1u);
    EXPECT_EQ(writes[0].what, "clock");
    EXPECT_TRUE(std::get<model::DeviceClock>(of<model::DeviceClock>().back().body).corrected);
    pass(3h);
    EXPECT_EQ(board.asked(0x30), 1u) << "in time";
}

TEST_F(UhppoteSession, ABoardThatKeepsItsClockIsNotWrittenToForEver)
{
    board.skew = -90s;
    board.keeps_clock = true;
    start("clock = \"correct\"");
    pass(30min);
    EXPECT_EQ(board.asked(0x30), 1u);
    pass(1h);
    EXPECT_EQ(board.asked(0x30), 2u);
}

TEST_F(UhppoteSession, AClockOfOursThatMayBeWrongSetsNobodys)
{
    board.skew = -90s;
    our_clock_kept = false;
    start("clock = \"correct\"");
    pass(1min);
    EXPECT_EQ(board.asked(0x30), 0u);
    const auto outcome = command(Action::device_sync);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_NE(outcome.text.find("time service"), std::string::npos);
}

TEST_F(UhppoteSession, WhatTheOldClockStampedIsReadBeforeTheClockIsSet)
{
    board.skew = -1h;
    for (int i = 0; i < 5; ++i)
        board.swipe(1, 100);
    const auto true_time = clock.wall();
    start("clock = \"correct\"\nbackfill_first = \"24h\"");
    pass(10s);
    EXPECT_EQ(board.skew, 0ms);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 5u);
    for (const auto& event : of<model::AccessAttempt>())
        EXPECT_LE(std::chrono::abs(event.occurred_at - true_time), 1s);
}

TEST_F(UhppoteSession, SynchronisingReadsTheStoreAndSetsTheClock)
{
    board.skew = -90s;
    start("poll_every = \"1m\"");
    pass(1s);
    board.swipe(1, 100);
    EXPECT_EQ(command(Action::device_sync, {}, 1, 1s).status, Status::confirmed);
    EXPECT_EQ(records(), (std::vector<std::string>{"1"}));
    EXPECT_EQ(board.skew, 0ms);
}

// ---- device test, capture, replay ----

TEST_F(UhppoteSession, TestsWithoutChangingAnything)
{
    start("listen_port = 60001");
    const auto steps = ask(driver->self_test());
    ASSERT_TRUE(*steps);
    std::vector<std::string> failed;
    for (const auto& step : **steps) {
        if (!step.passed) failed.push_back(step.name);
        EXPECT_EQ(step.remedy.empty(), step.passed) << step.name;
    }
    EXPECT_EQ(failed, (std::vector<std::string>{"listener"}));
    EXPECT_EQ((*steps)->size(), 9u);
    EXPECT_TRUE(writes.empty());
}

TEST_F(UhppoteSession, ATestOfAnAbsentBoardHasOneStepAndItsRemedy)
{
    start();
    board.absent = true;
    const auto steps = ask(driver->self_test());
    pass(20s);
    ASSERT_TRUE(*steps);
    ASSERT_EQ((*steps)->size(), 1u);
    EXPECT_FALSE((**steps)[0].passed);
    EXPECT_FALSE((**steps)[0].remedy.empty());
}

TEST_F(UhppoteSession, ARecordingHidesCardsAndReplaysTheSameEvents)
{
    board.listener = ours;
    start("listen_port = 60001");
    const auto recording = ask(driver->capture(5s));
    board.swipe(1, 0x00994acd);
    EXPECT_TRUE(ask(driver->capture(1s))->value().has_error()) << "one at a time";
    pass(10s);
    ASSERT_TRUE(*recording && recording->value().has_value());
    const auto text = *recording->value();
    EXPECT_EQ(text.find("cd 4a 99"), std::string::npos) << "the card";
    EXPECT_EQ(text.find("78 37 2a 18"), std::string::npos) << "the board";
    EXPECT_EQ(text.find("6c 65 66 74"), std::string::npos) << "leftovers";
    const auto lines = driver->replay(text);
    ASSERT_FALSE(lines.empty());
    EXPECT_NE(
        std::find(lines.begin(), lines.end(), "status: record 1: access.granted, door 1: card accepted"),
        lines.end())
        << lines[0];
}

} // namespace gatehouse::uhppote
