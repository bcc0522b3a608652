#include "tests/unit/protocols/zkteco/session_fixture.hpp"

#include <gmock/gmock.h>

namespace gatehouse::zkteco {
namespace {

using model::Action;
using model::ListEntry;
using model::Status;
using testing::ElementsAre;
using testing::HasSubstr;

// ---- doors ----

TEST_F(ZktecoSession, OpensADoorOfAnAccessDeviceAndSeesItOpen)
{
    start("doors = 2\n");
    enrol();
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_THAT(device.commands, ElementsAre("CONTROL DEVICE 01010105")); // golden, sheet §3
    EXPECT_THAT(taken, ElementsAre("order"));
    EXPECT_TRUE(device.door_open);
}

TEST_F(ZktecoSession, HoldsADoorOpenAndRestoresIt)
{
    start("doors = 2\n");
    enrol();
    EXPECT_EQ(command(Action::door_open, {{"mode", "hold"}}).status, Status::confirmed);
    EXPECT_EQ(command(Action::door_close).status, Status::confirmed);
    EXPECT_THAT(device.commands, ElementsAre("CONTROL DEVICE 010101FF", "CONTROL DEVICE 01010100"));
    device.refuses["CONTROL"] = -28;
    EXPECT_EQ(command(Action::barrier_open, {{"mode", "hold"}}).status, Status::confirmed);
    EXPECT_EQ(command(Action::barrier_open).status, Status::failed);
}

TEST_F(ZktecoSession, ATerminalsUnlockIsAcceptedAndNotConfirmed)
{
    start();
    greet();
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::accepted);
    EXPECT_THAT(device.commands, ElementsAre("AC_UNLOCK"));
    EXPECT_EQ(command(Action::door_close).status, Status::rejected);
}

TEST_F(ZktecoSession, AnOrderIsHandedOverOnceWhateverBecomesOfIt)
{
    start("doors = 2\n");
    enrol();
    device.silent = true;
    device.refuses["CONTROL"] = 0; // takes it, does nothing, says nothing
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::unknown);
    EXPECT_EQ(outcome.code, "no_answer");
    calls(10);
    EXPECT_EQ(device.commands.size(), 1U);
}

TEST_F(ZktecoSession, AnOpeningOfBeforeConfirmsNoOrder)
{
    start("doors = 2\n");
    enrol();
    const auto opened = device.event(8, "\tpin=0\tcardno=0\teventaddr=1");
    say(opened);
    pass(2s);
    device.refuses["CONTROL"] = 0; // says yes and does nothing
    model::Command order;
    order.id = "order";
    order.action = Action::door_open;
    const auto outcome = ask(driver->execute(std::move(order)));
    call();
    say(opened); // it sends everything twice
    pass(10s);
    ASSERT_TRUE(outcome->has_value());
    EXPECT_EQ((*outcome)->status, Status::accepted);
}

TEST_F(ZktecoSession, AResultOfBeforeARestartOfOursAnswersNoOrder)
{
    start("doors = 2\n");
    enrol();
    const auto order = [this] {
        model::Command command;
        command.action = Action::door_open;
        return ask(driver->execute(std::move(command)));
    };
    const auto id_of = [](const std::string& text) { return text.substr(2, text.find(':', 2) - 2); };
    const auto given_up = order();
    const auto old_id = id_of(say(device.poll()).body);
    pass(30s);
    EXPECT_TRUE(given_up->has_value());
    stop();
    start("doors = 2\n");
    enrol();
    const auto outcome = order();
    EXPECT_NE(id_of(say(device.poll()).body), old_id);
    say(device.post("devicecmd", "", "ID=" + old_id + "&Return=0&CMD=CONTROL\n"));
    EXPECT_EQ(odd("late_result"), 1U);
    pass(30s);
    ASSERT_TRUE(outcome->has_value());
    EXPECT_EQ((*outcome)->status, Status::unknown);
}

TEST_F(ZktecoSession, AnOrderThatIsNotFetchedIsWithdrawnAndNeverOpensLater)
{
    start("doors = 2\n");
    enrol();
    device_calls = false;
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "unreachable");
    call();
    EXPECT_TRUE(device.commands.empty());
}

TEST_F(ZktecoSession, AnOrderWhoseSenderGaveUpIsWithdrawn)
{
    start("doors = 2\n");
    enrol();
    {
        base::TaskGroup sender(io.get_executor());
        sender.spawn("order", [](device::Driver& to) -> asio::awaitable<void> {
            model::Command order;
            order.action = Action::door_open;
            (void)co_await to.execute(std::move(order));
        }(*driver));
        settle();
        EXPECT_EQ(driver->status().facts.at("commands waiting"), "1");
        asio::post(io, [&] { sender.cancel(); });
        settle();
        EXPECT_EQ(sender.size(), 0U);
    }
    call();
    EXPECT_TRUE(device.commands.empty());
}

TEST_F(ZktecoSession, ARefusalIsExplained)
{
    start("doors = 2\n");
    enrol();
    device.refuses["CONTROL"] = -13;
    auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::rejected);
    EXPECT_EQ(outcome.code, "unsupported");
    EXPECT_THAT(outcome.text, HasSubstr("does not know the command"));
    EXPECT_THAT(outcome.text, HasSubstr("设备不支持此命令；请核对配置中的 dialect 和 doors (-13)"));
    device.refuses["CONTROL"] = -8;
    outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "device_refused");
    EXPECT_EQ(command(Action::door_open, {}, 3).status, Status::rejected);
    EXPECT_EQ(command(Action::snapshot).status, Status::rejected);
}

TEST_F(ZktecoSession, ADeviceThatHasNeverCalledCannotBeTold)
{
    start();
    EXPECT_EQ(command(Action::door_open).status, Status::failed);
}

TEST_F(ZktecoSession, ALateOrForeignResultFindsNobody)
{
    start();
    greet();
    EXPECT_EQ(say(device.post("devicecmd", "", "ID=1&Return=0&CMD=DATA\n")).body, "OK");
    EXPECT_EQ(odd("late_result"), 1U);
    EXPECT_EQ(say(device.post("devicecmd", "", "\x01\x02")).body, "OK");
    EXPECT_EQ(odd("malformed_result"), 1U);
}

// ---- clock and questions ----

TEST_F(ZktecoSession, SynchronisingSetsAnAccessDevicesClockAndReadsItBack)
{
    start();
    enrol();
    device.skew = -2h;
    say(device.state("00"));
    EXPECT_FALSE(driver->status().clock_trusted);
    const auto outcome = command(Action::device_sync);
    EXPECT_EQ(outcome.status, Status::confirmed);
    // 2026-01-01 00:00:00 UTC by the formula of sheet §3, give or take the time of its call.
    const auto number = (26LL * 12 * 31) * 86'400;
    EXPECT_THAT(device.commands.back(),
                HasSubstr("SET OPTIONS DateTime=" + std::to_string(number).substr(0, 7)));
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].what, "clock");
    EXPECT_TRUE(driver->status().clock_trusted);
    our_clock_kept = false;
    EXPECT_EQ(command(Action::device_sync).code, "clock_unsynced");
}

TEST_F(ZktecoSession, SynchronisingATerminalBringsItsRecordsAgain)
{
    start();
    greet();
    (void)device.punch("1");
    EXPECT_EQ(command(Action::device_sync).status, Status::confirmed);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1U);
}

TEST_F(ZktecoSession, TheSelfTestSendsAQuestionThatChangesNothing)
{
    start("doors = 2\n");
    enrol();
    auto steps = wait(driver->self_test());
    ASSERT_EQ(steps.size(), 4U);
    for (const auto& step : steps)
        EXPECT_TRUE(step.passed) << step.name << ": " << step.detail;
    EXPECT_THAT(device.commands, ElementsAre(testing::StartsWith("GET OPTIONS ")));
    EXPECT_TRUE(writes.empty());
    device_calls = false;
    pass(5min);
    steps = wait(driver->self_test());
    EXPECT_FALSE(steps[0].passed);
    EXPECT_THAT(steps[0].remedy, HasSubstr("cloud server"));
}

TEST_F(ZktecoSession, PingAsksTheTerminal)
{
    start();
    greet();
    EXPECT_EQ(command(Action::ping).status, Status::confirmed);
    EXPECT_THAT(device.commands, ElementsAre("INFO"));
}

// ---- lists ----

ListEntry person(std::string id, std::string name = "", std::vector<int> outputs = {})
{
    ListEntry entry;
    entry.type = ListEntry::Type::person;
    entry.value = std::move(id);
    entry.name = std::move(name);
    entry.outputs = std::move(outputs);
    return entry;
}

ListEntry card(std::string number)
{
    auto entry = person(std::move(number));
    entry.type = ListEntry::Type::card;
    return entry;
}

TEST_F(ZktecoSession, SaysWhatItCannotHold)
{
    start("doors = 2\n");
    enrol();
    auto* lists = driver->lists();
    EXPECT_TRUE(lists->takes(ListEntry::Type::person));
    EXPECT_FALSE(lists->takes(ListEntry::Type::plate));
    auto entry = person("12", std::string(30, 'n'), {1, 2});
    entry.picture = "jpeg";
    const auto held = lists->as_held(entry);
    ASSERT_TRUE(held.entry);
    EXPECT_EQ(held.entry->name.size(), 24U);
    EXPECT_TRUE(held.entry->outputs.empty()); // all of them
    EXPECT_TRUE(held.entry->picture.empty());
    entry.valid_until = clock.wall();
    EXPECT_FALSE(lists->as_held(entry).entry);
    EXPECT_FALSE(lists->as_held(person("12", "", {3})).entry);
    EXPECT_FALSE(lists->as_held(person("1\t2")).entry);
    EXPECT_FALSE(lists->as_held(card("0012")).entry);
    auto kept_out = person("12");
    kept_out.keep_out = true;
    EXPECT_FALSE(lists->as_held(kept_out).entry);
    // Never half a letter.
    EXPECT_EQ(lists->as_held(person("1", "一二三四五六七八九")).entry->name, "一二三四五六七八");
}

TEST_F(ZktecoSession, WritesPersonsToAnAccessDeviceAndReadsThemBackAsTheyAre)
{
    start("doors = 2\n");
    enrol();
    auto* lists = driver->lists();
    std::vector<ListEntry> wanted{person("12", "张三", {2}), person("13")};
    const auto results = wait(lists->write(wanted));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_TRUE(results[0].done && results[1].done) << results[0].reason;
    EXPECT_THAT(
        device.commands,
        testing::Contains("DATA UPDATE user CardNo=\tPin=12\tGroup=0\tStartTime=0\tEndTime=0\tName=张三"
                          "\tPrivilege=0"));
    EXPECT_THAT(
        device.commands,
        testing::Contains("DATA UPDATE userauthorize Pin=12\tAuthorizeTimezoneId=1\tAuthorizeDoorId=2"));
    const auto there = wait(lists->read(ListEntry::Type::person));
    ASSERT_TRUE(there);
    EXPECT_EQ(*there, wanted);
    EXPECT_EQ(writes.size(), 1U);
    EXPECT_THAT(writes[0].detail, testing::Not(HasSubstr("12")));
    (void)wait(lists->remove(wanted));
    EXPECT_TRUE(device.users.empty());
    EXPECT_TRUE(device.rights.empty());
    EXPECT_TRUE(wait(lists->remove(wanted))[0].done); // not there counts as removed
}

TEST_F(ZktecoSession, WritesCardsToATerminalWithoutTakingThemFromSomebody)
{
    start();
    greet();
    device.users["5"] = {{"PIN", "5"}, {"Name", "Li"}, {"Pri", "0"}, {"Card", "777"}};
    auto* lists = driver->lists();
    std::vector<ListEntry> wanted{card("777"), card("888")};
    const auto results = wait(lists->write(wanted));
    EXPECT_TRUE(results[0].done && results[1].done) << results[0].reason << results[1].reason;
    EXPECT_EQ(device.users.size(), 2U);
    EXPECT_EQ(device.users["5"]["Card"], "777");
    EXPECT_EQ(device.users["5"]["Name"], "Li");
    EXPECT_EQ(device.users["888"]["Card"], "888");
    const auto cards = wait(lists->read(ListEntry::Type::card));
    ASSERT_TRUE(cards);
    EXPECT_EQ(cards->size(), 2U);
    const auto persons = wait(lists->read(ListEntry::Type::person));
    ASSERT_TRUE(persons);
    ASSERT_EQ(persons->size(), 1U); // a card that is nobody's is no person
    EXPECT_EQ((*persons)[0].value, "5");
    (void)wait(lists->remove(wanted));
    EXPECT_EQ(device.users.size(), 1U);
    EXPECT_EQ(device.users["5"]["Card"], "");
    EXPECT_EQ(odd("biometric_dropped") > 0, true); // what came with the users
}

TEST_F(ZktecoSession, NeverTouchesWhoMayChangeTheDevice)
{
    start();
    greet();
    device.users["1"] = {{"PIN", "1"}, {"Name", "admin"}, {"Pri", "14"}};
    auto* lists = driver->lists();
    std::vector<ListEntry> wanted{person("1", "x"), person("2")};
    auto results = wait(lists->write(wanted));
    EXPECT_FALSE(results[0].done);
    EXPECT_FALSE(results[0].again);
    EXPECT_TRUE(results[1].done); // one that fails does not hinder the others
    EXPECT_EQ(device.users["1"]["Name"], "admin");
    results = wait(lists->remove(wanted));
    EXPECT_FALSE(results[0].done);
    EXPECT_TRUE(device.users.contains("1"));
    const auto there = wait(lists->read(ListEntry::Type::person));
    ASSERT_TRUE(there);
    EXPECT_TRUE(there->empty()); // or he would be taken for one to remove
}

TEST_F(ZktecoSession, HalfAListOfATerminalIsAnErrorAndNoList)
{
    start();
    greet();
    for (const auto* pin : {"1", "2", "3"})
        device.users[pin] = {{"PIN", pin}, {"Pri", "0"}};
    call(true); // it has three
    device.users.erase("3");
    const auto there = wait(driver->lists()->read(ListEntry::Type::person));
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error(), base::Errc::damaged);
}

TEST_F(ZktecoSession, HalfAListOfAnAccessDeviceIsAnErrorAlsoWhenItsFirstPacketComesTwice)
{
    start("doors = 2\n");
    enrol();
    for (const auto* pin : {"1", "2"}) {
        device.users[pin] = {{"Pin", pin}};
        device.rights[pin] = "3";
    }
    for (const std::string table : {"user", "userauthorize"}) {
        const auto there = ask(driver->lists()->read(ListEntry::Type::person));
        for (int i = 0; i < 12 && !*there; ++i) {
            device.take_commands(say(device.poll()).body);
            for (const auto& request : device.due) {
                const bool rows = request.target.find("tablename=" + table + "&") != std::string::npos;
                if (rows && request.target.find("packidx=2") != std::string::npos) continue;
                say(request);
                if (rows) say(request);
            }
            device.due.clear();
            pass(5s);
        }
        ASSERT_TRUE(there->has_value()) << table;
        ASSERT_FALSE(**there) << table;
        EXPECT_EQ((*there)->error(), base::Errc::timed_out) << table;
    }
}

TEST_F(ZktecoSession, AUserWithoutARightIsNotThere)
{
    start("doors = 2\n");
    enrol();
    for (const auto* pin : {"1", "2"})
        device.users[pin] = {{"Pin", pin}};
    device.rights["2"] = "3";
    const auto there = wait(driver->lists()->read(ListEntry::Type::person));
    ASSERT_TRUE(there);
    ASSERT_EQ(there->size(), 1U);
    EXPECT_EQ((*there)[0].value, "2");
}

TEST_F(ZktecoSession, AFullDeviceSaysSoAndASilentOneIsTriedAgain)
{
    start("doors = 2\n");
    enrol();
    device.refuses["DATA UPDATE user "] = -18;
    std::vector<ListEntry> wanted{person("12")};
    auto results = wait(driver->lists()->write(wanted));
    EXPECT_FALSE(results[0].done);
    EXPECT_EQ(results[0].code, "-18");
    EXPECT_EQ(results[0].reason, "the device is full; delete persons or records on it / "
                                 "设备存储已满；请在设备上删除部分人员或记录 (-18)");
    device_calls = false;
    results = wait(driver->lists()->write(wanted));
    EXPECT_TRUE(results[0].again);
}

} // namespace
} // namespace gatehouse::zkteco
