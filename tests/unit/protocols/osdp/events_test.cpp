// What readers say and what they are told to do.
#include "tests/unit/protocols/osdp/session_fixture.hpp"

namespace gatehouse::osdp {
namespace {

using model::Action;
using model::LinkState;
using model::Status;
using Strings = std::vector<std::string>;
using Bytes = std::vector<std::uint8_t>;

TEST_F(OsdpSession, TellsACardAtOnceAndOnceMoreForTheJournal)
{
    start(one + "direction = \"in\"\n");
    reader().card26(1, 922);
    pass(200ms);
    ASSERT_EQ(early.size(), 1u);
    EXPECT_FALSE(early[0].device_key.empty());
    const auto found = of<model::AccessAttempt>();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].credential, "card");
    EXPECT_EQ(found[0].card, "66458");
    EXPECT_FALSE(found[0].granted);
    EXPECT_EQ(found[0].reason, "");
    EXPECT_EQ(found[0].door, 1);
    EXPECT_EQ(found[0].reader, 1);
    EXPECT_EQ(events.back().device_key, early[0].device_key);
    EXPECT_EQ(events.back().direction, model::Direction::in);
    EXPECT_TRUE(events.back().time_trusted);
    EXPECT_FALSE(events.back().history);
}

TEST_F(OsdpSession, TellsEachCardOfOneKindAgain)
{
    start();
    reader().card26(1, 922);
    reader().card26(1, 922);
    pass(1s);
    ASSERT_EQ(cards().size(), 2u);
    EXPECT_NE(events[1].device_key, events[2].device_key);
}

TEST_F(OsdpSession, OpensNothingForWhatAReaderKeptWhileNobodyAsked)
{
    reader().card26(1, 922);
    start();
    reader().card26(1, 923);
    pass(1s);
    ASSERT_EQ(cards(), (Strings{"66458", "66459"}));
    std::vector<bool> old;
    for (const auto& event : events)
        if (std::holds_alternative<model::AccessAttempt>(event.body)) old.push_back(event.history);
    EXPECT_EQ(old, (std::vector<bool>{true, false}));
    EXPECT_EQ(early.size(), 1u);
}

TEST_F(OsdpSession, OpensForACardAfterAShortInterruptionAndNotAfterALongOne)
{
    start();
    reader().reboot();
    reader().card26(1, 922);
    pass(1s);
    reader().present = false;
    pass(20s);
    reader().card26(1, 923);
    reader().present = true;
    pass(31s);
    std::vector<std::pair<bool, bool>> said; // history, trusted
    for (const auto& event : events)
        if (std::holds_alternative<model::AccessAttempt>(event.body))
            said.emplace_back(event.history, event.time_trusted);
    EXPECT_EQ(said, (std::vector<std::pair<bool, bool>>{{false, true}, {true, false}}));
}

TEST_F(OsdpSession, DecidesNothingForTheLaneAtAnotherDoor)
{
    start(two);
    reader(0).card26(1, 922);
    reader(5).card26(1, 923);
    pass(1s);
    std::map<int, std::string> reasons;
    for (const auto& attempt : of<model::AccessAttempt>())
        reasons[attempt.door] = attempt.reason;
    EXPECT_EQ(reasons, (std::map<int, std::string>{{1, ""}, {2, "other"}}));
}

TEST_F(OsdpSession, CountsACardThatWasNotReadRight)
{
    start();
    reader().events.push_back({0x50, {0, 1, 26, 0, 0x00, 0x81, 0xcd, 0x40}});
    reader().events.push_back({0x50, {0, 1, 26, 0, 0x00}});
    reader().events.push_back({0x90, {1, 2, 3}});
    pass(1s);
    EXPECT_TRUE(cards().empty());
    EXPECT_EQ(counted("gatehouse_osdp_refused_total", "parity"), 1u);
    EXPECT_EQ(counted("gatehouse_osdp_refused_total", "broken"), 1u);
    EXPECT_EQ(counted("gatehouse_osdp_refused_total", "other"), 1u);
}

TEST_F(OsdpSession, ReadsCardsThatOldReadersSendAsText)
{
    start();
    reader().events.push_back({0x51, {0, 0, 5, '1', '2', '3', '4', '5'}});
    pass(1s);
    EXPECT_EQ(cards(), Strings{"12345"});
}

TEST_F(OsdpSession, TellsThatACodeWasTypedAndNeverWhich)
{
    start();
    for (const auto* digit : {"1", "2", "3", "4", "#"})
        reader().keys(digit);
    pass(2s);
    const auto found = of<model::AccessAttempt>();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].credential, "code");
    EXPECT_EQ(found[0].card, "");
    reader().keys("77");
    pass(10s);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 2u); // never finished with #
}

TEST_F(OsdpSession, TakesACodeAsACardWhereThatIsWanted)
{
    start(one + "keypad = \"as_card\"\n");
    reader().keys("99*12");
    reader().keys("34#");
    pass(1s);
    EXPECT_EQ(cards(), Strings{"1234"});
    reader().keys("5");
    pass(10s);
    EXPECT_EQ(cards().size(), 1u);
    EXPECT_EQ(counted("gatehouse_osdp_refused_total", "unfinished_keys"), 1u);
}

TEST_F(OsdpSession, TellsTamperAndPowerWhenTheyBeginAndWhenTheyEnd)
{
    start();
    reader().events.push_back({0x48, {1, 1}});
    reader().events.push_back({0x48, {1, 1}});
    reader().events.push_back({0x4b, {2}});
    reader().events.push_back({0x48, {0, 0}});
    reader().events.push_back({0x4b, {0}});
    pass(2s);
    EXPECT_EQ(conditions(), (Strings{"case tampered", "power wrong", "reader tampered", "case untouched",
                                     "power right", "reader untouched"}));
}

TEST_F(OsdpSession, TellsTheDoorAndOtherInputs)
{
    start(one + "door_contact = 0\n");
    events.clear();
    reader().inputs[0] = true;
    reader().events.push_back({0x49, {1, 0}});
    reader().events.push_back({0x49, {1, 1}});
    pass(1s);
    const auto doors = of<model::DoorState>();
    ASSERT_EQ(doors.size(), 1u);
    EXPECT_EQ(doors[0].position, model::DoorPosition::opened);
    const auto inputs = of<model::InputChanged>();
    ASSERT_EQ(inputs.size(), 1u);
    EXPECT_EQ(inputs[0].input, 101);
}

TEST_F(OsdpSession, LeavesEventsWithTheReaderWhileTheDiskIsSlow)
{
    start();
    sink_takes = 2s;
    reader().card26(1, 922);
    reader().card26(1, 923);
    pass(1s);
    EXPECT_EQ(reader().events.size(), 1u); // the first is not on disk: the next is not asked for
    pass(5s);
    EXPECT_EQ(cards().size(), 2u);
    EXPECT_EQ(reader().count(0x61), 1); // and the session was kept
}

TEST_F(OsdpSession, LosesNothingWhenTheJournalRefuses)
{
    start();
    sink_refuses = 5;
    for (unsigned i = 0; i < 10; ++i)
        reader().card26(1, i);
    pass(60s);
    EXPECT_EQ(cards().size(), 10u);
}

// ---- orders ----

TEST_F(OsdpSession, OpensADoorAndSeesTheOutputOn)
{
    start();
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_EQ(outcome.text, "the output was seen on");
    EXPECT_EQ(reader().last(0x68), (Bytes{0, 5, 30, 0}));
    EXPECT_EQ(taken, Strings{"c1"});
    pass(200ms);
    EXPECT_EQ(reader().last(0x69),
              (Bytes{0, 0, 2, 1, 0, 2, 2, 30, 0, 0, 0, 0, 0, 0})); // green for three seconds
    EXPECT_EQ(reader().count(0x6a), 1);
    pass(3s);
    EXPECT_FALSE(reader().outputs[0]);
}

TEST_F(OsdpSession, OpensThroughTheSecureChannel)
{
    start(own_key + "install = true\n", 3s);
    EXPECT_EQ(open().status, Status::confirmed);
    pass(1s);
    EXPECT_TRUE(reader().told.back().sealed);
}

TEST_F(OsdpSession, OpensTheDoorOfTheSecondReader)
{
    start(two);
    EXPECT_EQ(open(2).status, Status::confirmed);
    EXPECT_EQ(reader(5).last(0x68), (Bytes{1, 5, 30, 0}));
    EXPECT_EQ(reader(0).count(0x68), 0);
    EXPECT_EQ(open(3).status, Status::rejected);
}

TEST_F(OsdpSession, ClosesADoorBeforeItsTime)
{
    start();
    open();
    const auto outcome = command(Action::door_close);
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_EQ(reader().last(0x68), (Bytes{0, 1, 0, 0}));
    EXPECT_FALSE(reader().outputs[0]);
}

TEST_F(OsdpSession, ShowsATextWithTheOrder)
{
    start();
    command(Action::door_open, {{"text", "Welcome"}});
    pass(300ms);
    EXPECT_EQ(reader().last(0x6b), (Bytes{0, 3, 3, 1, 1, 7, 'W', 'e', 'l', 'c', 'o', 'm', 'e'}));
}

TEST_F(OsdpSession, IsAcceptedWhereTheOutputCannotBeRead)
{
    start();
    reader().outputs_readable = false;
    EXPECT_EQ(open().status, Status::accepted);
}

TEST_F(OsdpSession, FailsWhenTheOutputStaysOff)
{
    start();
    reader().output_dead = true;
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "not_opened");
}

TEST_F(OsdpSession, SaysWhyAReaderRefusesAnOrder)
{
    start();
    reader().refusals[0x68] = 9;
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "device_refused");
    EXPECT_EQ(outcome.text, "the reader cannot carry this out; check the number of the output / "
                            "读卡器无法执行；请核对输出编号 (NAK 9)");
}

TEST_F(OsdpSession, SendsAnOrderOnceAndLooksWhatBecameOfIt)
{
    start();
    model::Command wish;
    wish.id = "c2";
    wish.action = Action::door_open;
    const auto answer = ask(driver->execute(std::move(wish)));
    reader().answers_lost = 1; // that of the order, which is under way
    pass(3s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::confirmed);
    int sent = 0;
    for (const auto& told : reader().told)
        sent += told.code == 0x68 ? 1 : 0;
    EXPECT_EQ(sent, 1); // not even as a repeat
}

TEST_F(OsdpSession, DoesNotKnowWhatBecameOfAnOrderThatWasNotHeard)
{
    start();
    pass(50ms);
    model::Command wish;
    wish.id = "c2";
    wish.action = Action::door_open;
    reader().deaf = 1;
    const auto answer = ask(driver->execute(std::move(wish)));
    pass(3s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::unknown);
    EXPECT_EQ(reader().count(0x68), 0);
    EXPECT_EQ(links().size(), 1u);
}

TEST_F(OsdpSession, DropsAnOrderThatABusyReaderDidNotTake)
{
    start();
    reader().busy_for_ever = true;
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::failed);
    reader().busy_for_ever = false;
    pass(60s);
    EXPECT_EQ(reader().count(0x68), 0); // not later either
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(OsdpSession, GivesAnOrderUpThatIsAnsweredWithBusyAgainAndAgain)
{
    start();
    reader().busy_times = 23;
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "device_busy");
    EXPECT_EQ(
        outcome.text,
        "nothing was done: the reader says that it is busy; try again in a moment / 读卡器忙；请稍后重试");
    pass(30s);
    EXPECT_EQ(reader().count(0x68), 0);
    EXPECT_EQ(links().back(), LinkState::up);
}

TEST_F(OsdpSession, AsksABusyReaderOnceMoreForAnOrder)
{
    start();
    reader().busy_times = 3;
    EXPECT_EQ(open().status, Status::confirmed);
    EXPECT_EQ(reader().count(0x68), 1);
}

TEST_F(OsdpSession, FailsWhenTheSessionIsLostWithAnOrder)
{
    start("[[reader]]\ndoor_output = 0\nsecurity = \"install_key\"\n");
    reader().sealed = false;
    const auto outcome = open();
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.text, "nothing was done: the reader lost its secure session; it is begun anew / "
                            "读卡器的安全会话已中断；系统会自动重建，请稍后重试");
    EXPECT_FALSE(reader().outputs[0]);
    pass(1s);
    EXPECT_EQ(reader().sessions, 2);
}

TEST_F(OsdpSession, RejectsWhatNoReaderCanDo)
{
    start();
    EXPECT_EQ(command(Action::snapshot).status, Status::rejected);
    EXPECT_EQ(command(Action::barrier_close).status, Status::rejected);
    EXPECT_EQ(command(Action::door_open, {{"hold", "true"}}).status, Status::rejected);
    EXPECT_EQ(reader().count(0x68), 0);
}

TEST_F(OsdpSession, SendsNothingToAReaderThatIsNotThere)
{
    start(two);
    reader(5).present = false;
    pass(5s);
    const auto outcome = open(2);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "unreachable");
}

TEST_F(OsdpSession, BeginsNoOrderThatNobodyWaitsForAnyMore)
{
    start();
    reader().deaf = 4; // the line is occupied with a poll that is not answered
    pass(150ms);
    auto group = std::make_unique<base::TaskGroup>(io.get_executor());
    model::Command wish;
    wish.action = Action::door_open;
    const auto drop = [](device::Driver& on, model::Command order) -> asio::awaitable<void> {
        (void)co_await on.execute(std::move(order));
    };
    group->spawn("order", drop(*driver, wish));
    settle();
    inside([&] { group->cancel(); });
    pass(5s);
    EXPECT_EQ(reader().count(0x68), 0);
    EXPECT_EQ(group->size(), 0u);
}

TEST_F(OsdpSession, SetsTheIdleLedWhenAReaderComesBack)
{
    start(one + "idle = \"red\"\n");
    EXPECT_EQ(reader().count(0x69), 1);
    reader().reboot();
    pass(1s);
    EXPECT_EQ(reader().count(0x69), 2);
    EXPECT_EQ(reader().last(0x69), (Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1}));
}

// ---- for the installer ----

TEST_F(OsdpSession, TestsEachReaderAndSaysTheRemedy)
{
    start(two);
    reader(5).present = false;
    pass(5s);
    const auto steps = ask(driver->self_test());
    pass(1s);
    ASSERT_TRUE(*steps);
    Strings failed;
    for (const auto& step : **steps) {
        if (!step.passed) failed.push_back(step.name);
        EXPECT_EQ(step.passed, step.remedy.empty());
    }
    EXPECT_EQ(failed, (Strings{"reader 1 secure", "reader 2 answers"}));
}

TEST_F(OsdpSession, RecordsWithoutCardsAndKeysAndReplaysIt)
{
    start(own_key + "install = true\n", 3s);
    const auto recording = ask(driver->capture(5s));
    reader().card26(1, 922);
    reader().keys("4711");
    reader().card26(1, 922);
    pass(6s);
    ASSERT_TRUE(*recording);
    const auto text = (*recording)->value();
    EXPECT_EQ(text.find("81 cd 40"), std::string::npos);
    EXPECT_EQ(text.find("34 37 31 31"), std::string::npos);
    int read = 0;
    int typed = 0;
    for (const auto& said : driver->replay(text)) {
        read += said.ends_with("RAW: card of 26 bits") ? 1 : 0;
        typed += said.ends_with("KEYPAD: 4 keys") ? 1 : 0;
    }
    EXPECT_EQ(read, 2);
    EXPECT_EQ(typed, 1);
}

} // namespace
} // namespace gatehouse::osdp
