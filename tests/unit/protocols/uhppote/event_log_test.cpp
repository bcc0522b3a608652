#include "tests/unit/protocols/uhppote/session_fixture.hpp"

namespace gatehouse::uhppote {

using model::LinkState;
using Records = std::vector<std::string>;

namespace {

const std::string listening = "listen_port = 60001\n";

} // namespace

TEST_F(UhppoteSession, BringsEachEventOnceWhetherPushedPolledOrRepeated)
{
    board.listener = std::string("\xc0\x00\x02\x01\x61\xea\x00", 7); // us, port 60001
    start(listening);
    board.swipe(1, 100);
    settle();
    EXPECT_EQ(records(), (Records{"1"}));
    board.push_status(); // auto-send
    board.loses_pushes = true;
    pass(2s);
    board.swipe(2, 101);
    pass(10s);
    EXPECT_EQ(records(), (Records{"1", "2"}));
    EXPECT_EQ(repeats, 0) << "the driver knows them before the journal has to";
    EXPECT_EQ(early.size(), 2u);
    const auto& swipe = std::get<model::AccessAttempt>(events.back().body);
    EXPECT_EQ(swipe.card, "101");
    EXPECT_EQ(events.back().device_key, "e0/2");
    EXPECT_FALSE(events.back().history);
}

TEST_F(UhppoteSession, AnEventHasTheSameKeyLiveAndFromTheStore)
{
    board.listener = std::string("\xc0\x00\x02\x01\x61\xea\x00", 7);
    start(listening);
    board.swipe(1, 100);
    settle();
    const auto live = events.back().device_key;
    stop();
    memory.values.erase("events/position"); // as after a lost memory
    start(listening);
    pass(1s);
    EXPECT_EQ(repeats, 1);
    EXPECT_TRUE(keys_seen.contains(live));
}

TEST_F(UhppoteSession, WhatAPushLeftOutIsFetchedBeforeThePositionMoves)
{
    board.listener = std::string("\xc0\x00\x02\x01\x61\xea\x00", 7);
    start(listening + "poll_every = \"1m\"");
    board.swipe(1, 100);
    settle();
    board.loses_pushes = true;
    board.swipe(1, 101);
    board.swipe(1, 102);
    board.loses_pushes = false;
    board.absent = true;
    inside([this] {
        board.absent = false;
        board.swipe(1, 103);
        board.absent = true; // the push comes through, no answer does
    });
    EXPECT_EQ(records(), (Records{"1", "4"})) << "the live one does not wait";
    EXPECT_EQ(memory.values["events/position"].substr(0, 4), "0 1 ");
    board.absent = false;
    pass(15s);
    EXPECT_EQ(records(), (Records{"1", "4", "2", "3"}));
    EXPECT_EQ(memory.values["events/position"].substr(0, 4), "0 4 ");
    EXPECT_EQ(board.asked_event(4), 0u) << "not fetched again";
}

TEST_F(UhppoteSession, WhatHappenedWhileWeWereAwayComesAsHistoryInOrder)
{
    board.swipe(1, 100);
    start();
    pass(1s);
    stop();
    board.absent = true;
    for (int i = 0; i < 300; ++i)
        board.swipe(1, 200);
    clock.advance(1h);
    board.absent = false;
    events.clear();
    early.clear();
    start();
    pass(1s);
    ASSERT_EQ(records().size(), 300u);
    EXPECT_EQ(records().front(), "2");
    EXPECT_EQ(records().back(), "301");
    EXPECT_TRUE(of<model::AccessAttempt>().back().history);
    EXPECT_TRUE(early.empty()) << "history opens nothing";
    EXPECT_EQ(repeats, 0);
}

TEST_F(UhppoteSession, TheFirstContactReachesBackNoFurtherThanConfigured)
{
    for (int i = 0; i < 40; ++i) {
        fakes::FakeUhppote::Event event;
        event.time = ago(40min * 60 - i * 1h);
        board.happen(event);
    }
    start("backfill_first = \"210m\"");
    pass(1s);
    EXPECT_EQ(records(), (Records{"38", "39", "40"}));
    EXPECT_EQ(memory.values["events/position"].substr(0, 5), "0 40 ");
}

TEST_F(UhppoteSession, TheFirstContactMayLeaveThePastAlone)
{
    board.swipe(1, 100);
    start("backfill_first = 0");
    pass(1s);
    EXPECT_TRUE(records().empty());
    board.swipe(1, 101);
    pass(3s);
    EXPECT_EQ(records(), (Records{"2"}));
}

TEST_F(UhppoteSession, WhatTheBoardHasOverwrittenBecomesAGapAndReadingGoesOn)
{
    board.swipe(1, 100);
    start();
    pass(1s);
    stop();
    board.absent = true;
    for (int i = 0; i < 20; ++i)
        board.swipe(1, 200);
    board.overwrite_before(13); // the first index jumps
    board.absent = false;
    events.clear();
    start();
    pass(1s);
    const auto gaps = of<model::Gap>();
    ASSERT_EQ(gaps.size(), 1u);
    const auto& gap = std::get<model::Gap>(gaps[0].body);
    EXPECT_EQ(gap.scope, "dev-1");
    EXPECT_EQ(gap.first, 2);
    EXPECT_EQ(gap.last, 12);
    EXPECT_EQ(gap.count, 11);
    EXPECT_EQ(gaps[0].device_key, "e0/gap/2-12");
    EXPECT_EQ(records().front(), "13");
    EXPECT_EQ(records().size(), 9u);
    stop();
    start();
    pass(10min);
    EXPECT_EQ(of<model::Gap>().size(), 1u) << "told once";
    EXPECT_EQ(records().size(), 9u);
}

TEST_F(UhppoteSession, AHoleInTheStoreCostsOneRecord)
{
    board.swipe(1, 100);
    start();
    pass(1s);
    stop();
    for (int i = 0; i < 4; ++i)
        board.swipe(1, 200);
    board.events.erase(3);
    start();
    pass(1s);
    EXPECT_EQ(records(), (Records{"1", "2", "4", "5"}));
    const auto gaps = of<model::Gap>();
    ASSERT_EQ(gaps.size(), 1u);
    EXPECT_EQ(std::get<model::Gap>(gaps[0].body).count, 1);
}

TEST_F(UhppoteSession, AClearedStoreIsANewEpochAndNotARepeat)
{
    for (int i = 0; i < 5; ++i)
        board.swipe(1, 100);
    start();
    pass(1s);
    board.clear_store();
    board.swipe(1, 300);
    pass(10s);
    EXPECT_EQ(records(), (Records{"1", "2", "3", "4", "5", "1"}));
    EXPECT_EQ(events.back().device_key, "e1/1");
    EXPECT_EQ(driver->status().facts.at("record epoch"), "1");
    const auto told = of<model::DeviceHealth>();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(std::get<model::DeviceHealth>(told[0].body).what, "records");
}

TEST_F(UhppoteSession, AnEmptiedStoreIsFoundBeforeItsFirstNewEvent)
{
    board.swipe(1, 100);
    start("backfill_every = \"5s\"");
    pass(1s);
    board.clear_store();
    pass(10s);
    EXPECT_EQ(driver->status().facts.at("record epoch"), "1");
    board.swipe(1, 300);
    pass(3s);
    EXPECT_EQ(events.back().device_key, "e1/1");
}

TEST_F(UhppoteSession, AStoreThatWasClearedAndGrewBeyondOurPositionWhileWeWereAwayIsNoticed)
{
    board.swipe(1, 100);
    board.swipe(1, 100);
    start();
    pass(1s);
    stop();
    clock.advance(1h);
    board.clear_store();
    for (int i = 0; i < 4; ++i)
        board.swipe(1, 300);
    events.clear();
    start();
    pass(1s);
    EXPECT_EQ(records(), (Records{"1", "2", "3", "4"}));
    EXPECT_TRUE(keys_seen.contains("e1/4"));
}

TEST_F(UhppoteSession, AStoreThatWasClearedAndGrewToOurVeryPositionIsNoticedPolledOrPushed)
{
    board.listener = std::string("\xc0\x00\x02\x01\x61\xea\x00", 7);
    for (const bool pushed : {false, true}) {
        events.clear();
        board.loses_pushes = !pushed;
        start(listening + "poll_every = \"" + (pushed ? "1m\"" : "2s\"") + "\nbackfill_every = \"1m\"");
        board.swipe(1, 100);
        board.swipe(1, 100);
        pass(5s);
        clock.advance(1s);
        board.clear_store();
        board.swipe(1, 300);
        board.swipe(1, 300);
        pass(10s);
        EXPECT_EQ(records(), (Records{"1", "2", "1", "2"})) << pushed;
        EXPECT_TRUE(of<model::Gap>().empty());
        stop();
        board.clear_store();
        memory.values.clear();
        keys_seen.clear();
    }
}

TEST_F(UhppoteSession, AnotherBoardUnderTheSameNameHasItsOwnNumbers)
{
    board.swipe(1, 100);
    start();
    pass(1s);
    stop();
    memory.values["device/serial"] = "1";
    start();
    pass(1s);
    EXPECT_TRUE(keys_seen.contains("e1/1"));
}

TEST_F(UhppoteSession, ThePositionMovesOnlyWhenTheEventIsOnDisk)
{
    start();
    pass(1s);
    sink_refuses = 8;
    board.swipe(1, 100);
    pass(2s);
    EXPECT_TRUE(records().empty());
    EXPECT_EQ(memory.values["events/position"].substr(0, 4), "0 0 ");
    pass(1min);
    EXPECT_EQ(records(), (Records{"1"}));
    EXPECT_EQ(memory.values["events/position"].substr(0, 4), "0 1 ");
}

TEST_F(UhppoteSession, AnEventWithoutATimeIsKeptAsHistoryAndNotTrustedInTime)
{
    start();
    pass(1s);
    fakes::FakeUhppote::Event undated;
    undated.card = 100;
    undated.time = std::string("\x20\0\0\0\0\0\0", 7);
    board.happen(undated);
    pass(3s);
    ASSERT_EQ(records(), (Records{"1"}));
    EXPECT_FALSE(events.back().device_time);
    EXPECT_FALSE(events.back().time_trusted);
    EXPECT_TRUE(events.back().history);
    EXPECT_TRUE(early.empty());
}

TEST_F(UhppoteSession, PacketsThatAreNoEventsAreCountedAndCostNothing)
{
    board.listener = std::string("\xc0\x00\x02\x01\x61\xea\x00", 7);
    start(listening);
    const auto dropped = [this](const std::string& reason) {
        return metrics
            .counter("gatehouse_uhppote_dropped_total", "", {{"device", "dev-1"}, {"reason", reason}})
            .value();
    };
    inside([this] {
        auto packet = board.status_packet();
        packet[1] = '\xff';
        board.push(packet);
        board.push("short");
        auto other = board.status_packet();
        other[4] = '\1';
        board.push(other);
        auto question = board.status_packet();
        question[1] = '\x94';
        board.push(question);
        net.deliver({"192.0.2.66", 60000}, 60001, board.status_packet());
        board.push(board.status_packet()); // no event in it
    });
    for (const auto* reason : {"code", "length", "board", "address"})
        EXPECT_GE(dropped(reason), 1u) << reason;
    EXPECT_EQ(metrics.counter("gatehouse_uhppote_empty_total", "", {{"device", "dev-1"}}).value(), 1u);
    EXPECT_TRUE(records().empty());
    board.push_start = 0x19; // firmware 6.62
    board.swipe(1, 100);
    settle();
    EXPECT_EQ(records(), (Records{"1"}));
}

TEST_F(UhppoteSession, ALinkWhoseEventsAreNotPushedIsSilentUntilOneIs)
{
    board.listener = std::string("\xc0\x00\x02\x01\x61\xea\x00", 7);
    board.loses_pushes = true;
    start(listening);
    board.swipe(1, 100);
    pass(30s);
    EXPECT_EQ(links(), (std::vector{LinkState::up})) << "one may be lost";
    board.swipe(1, 101);
    pass(30s);
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::silent}));
    EXPECT_NE(driver->status().why.find("not pushed"), std::string::npos);
    board.loses_pushes = false;
    board.swipe(1, 102);
    settle();
    EXPECT_EQ(links(), (std::vector{LinkState::up, LinkState::silent, LinkState::up}));
}

TEST_F(UhppoteSession, APortThatIsTakenIsSaidAndPollingGoesOn)
{
    const auto other = net.opener()({"", 60001});
    start(listening);
    board.swipe(1, 100);
    pass(3s);
    EXPECT_EQ(records(), (Records{"1"}));
    EXPECT_NE(driver->status().facts.at("event port").find("listen_port of its own"), std::string::npos);
}

} // namespace gatehouse::uhppote
