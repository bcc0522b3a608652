#include "tests/unit/protocols/facepush/session_fixture.hpp"

#include "protocols/facepush/fields.hpp"

namespace gatehouse::facepush {
namespace {

using model::Action;
using model::LinkState;
using model::ListEntry;
using model::Status;

class UfaceOrders : public Sitting {
protected:
    static ListEntry person(const std::string& id, const std::string& name = "Person A")
    {
        ListEntry entry;
        entry.type = ListEntry::Type::person;
        entry.value = id;
        entry.name = name;
        return entry;
    }

    std::vector<device::ListResult> write(std::vector<ListEntry> entries)
    {
        return asked(driver->lists()->write(std::move(entries)));
    }
};

// ---- the door ----

TEST_F(UfaceOrders, OpenTheDoorOnceAndConfirmItByTheTerminalsOwnRecord)
{
    start();
    model::Command order;
    order.id = "order";
    order.action = Action::door_open;
    const auto answer = ask(driver->execute(std::move(order)));
    EXPECT_EQ(taken, std::vector<std::string>{"order"});
    (void)push("identify", record("", 0ms, "open_1"));
    pass(10s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::confirmed);
    EXPECT_EQ(terminal.opened, 1);
    EXPECT_EQ(attempt(people().at(0)).credential, "remote");
}

TEST_F(UfaceOrders, SayAcceptedWhereNothingShowsTheDoor)
{
    start();
    EXPECT_EQ(command(Action::barrier_open).status, Status::accepted);
    EXPECT_EQ(terminal.opened, 1);
}

TEST_F(UfaceOrders, SayUnknownWhenTheAnswerDidNotComeAndSendNothingTwice)
{
    start();
    terminal.answers["/device/openDoorControl"] = "";
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::unknown);
    EXPECT_EQ(outcome.code, "no_answer");
    EXPECT_EQ(terminal.count("/device/openDoorControl"), 1);
}

TEST_F(UfaceOrders, SayFailedWhenTheTerminalRefusesOrIsNotThere)
{
    start();
    terminal.answers["/device/openDoorControl"] =
        R"({"result":1,"success":false,"msg":"busy","code":"LAN_EXP-9"})";
    const auto refused = command(Action::door_open);
    EXPECT_EQ(refused.status, Status::failed);
    EXPECT_EQ(refused.code, "device_refused");
    EXPECT_EQ(refused.text, "the terminal refuses this; look at its screen or web page / "
                            "设备拒绝此操作；请查看设备屏幕或网页 (LAN_EXP-9: busy)");
    pass(2s); // an idle connection is not trusted with an order
    terminal.present = false;
    terminal.cut();
    EXPECT_EQ(command(Action::door_open).code, "unreachable");
}

TEST_F(UfaceOrders, RejectWhatATerminalCannotDo)
{
    start();
    EXPECT_EQ(command(Action::door_close).code, "unsupported");
    EXPECT_EQ(command(Action::door_open, {}, 2).code, "no_such_output");
    EXPECT_EQ(terminal.opened, 0);
}

// ---- settings ----

TEST_F(UfaceOrders, WriteOurAddressesOnlyWhereConfiguredAndTellTheAudit)
{
    start();
    EXPECT_TRUE(terminal.addresses.empty());
    EXPECT_TRUE(writes.empty());
    EXPECT_EQ(command(Action::arm).status, Status::accepted);
    EXPECT_EQ(terminal.addresses.at("/setIdentifyCallBack"), "http://192.0.2.1:8090/push/dev-1/identify");
    EXPECT_EQ(terminal.addresses.at("/setDeviceHeartBeat"), "http://192.0.2.1:8090/push/dev-1/heartbeat");
    EXPECT_EQ(terminal.base64_enable, "2");
    ASSERT_EQ(writes.size(), 3u);
    EXPECT_EQ(writes[0].result, "ok");
    EXPECT_EQ(command(Action::disarm).status, Status::accepted);
    EXPECT_EQ(terminal.addresses.at("/setIdentifyCallBack"), "");
}

TEST_F(UfaceOrders, SetTheClockAtTheStartAndDailyAndNotFromAClockOfOursThatNobodyKeeps)
{
    terminal.skew = 10min;
    terminal.information_has_time = true;
    start("clock = \"correct\"\npoll_every = \"10m\"");
    EXPECT_EQ(terminal.time_set, millis());
    EXPECT_EQ(driver->status().clock_offset_ms, 0);
    pass(23h);
    EXPECT_EQ(terminal.count("/setTime"), 1);
    pass(2h);
    EXPECT_EQ(terminal.count("/setTime"), 2);
    our_clock_kept = false;
    pass(25h);
    EXPECT_EQ(terminal.count("/setTime"), 2);
}

TEST_F(UfaceOrders, TestTheTerminalWithoutChangingIt)
{
    start();
    const auto steps = asked(driver->self_test());
    ASSERT_EQ(steps.size(), 5u);
    EXPECT_TRUE(steps[0].passed);
    EXPECT_FALSE(steps[1].passed);
    EXPECT_FALSE(steps[1].remedy.empty());
    EXPECT_TRUE(writes.empty());
    terminal.password = "another";
    const auto refused = asked(driver->self_test());
    ASSERT_EQ(refused.size(), 1u);
    EXPECT_NE(refused[0].detail.find("password"), std::string::npos);
}

// ---- persons ----

TEST_F(UfaceOrders, KeepPersonsAndFacesAndShowThemAgain)
{
    start();
    auto entry = person("10001");
    entry.picture = "\xFF\xD8\xFF\xFF\xD9";
    auto results = write({entry, person("10002", "Person B")});
    ASSERT_EQ(results.size(), 2u);
    EXPECT_TRUE(results[0].done) << results[0].reason;
    EXPECT_EQ(terminal.faces.at("10001"), "/9j//9k=");
    // Once more: updated, and there once.
    entry.name = "Person C";
    results = write({entry});
    EXPECT_TRUE(results[0].done) << results[0].reason;
    EXPECT_EQ(terminal.persons.at("10001"), "Person C");
    for (const auto* rows : {"personInfo", "personInfos", "records"}) {
        terminal.rows_name = rows;
        const auto held = asked(driver->lists()->read(ListEntry::Type::person));
        ASSERT_TRUE(held) << rows;
        ASSERT_EQ(held->size(), 2u) << rows;
        EXPECT_EQ((*held)[0], *driver->lists()->as_held(entry).entry);
    }
    for (const auto& write : writes)
        EXPECT_EQ(write.detail.find("Person"), std::string::npos);
}

TEST_F(UfaceOrders, ReadMoreThanOnePage)
{
    for (int n = 0; n < 120; ++n)
        terminal.persons[fmt::format("p{:03}", n)] = "N";
    start();
    EXPECT_EQ(asked(driver->lists()->read(ListEntry::Type::person))->size(), 120u);
}

TEST_F(UfaceOrders, RemovePersonsWithTheirFacesAlsoThoseThatAreGoneAndNeverEverybody)
{
    terminal.persons = {{"1", "A"}, {"2", "B"}};
    terminal.faces = {{"1", "x"}};
    start();
    const auto results =
        asked(driver->lists()->remove({person("1"), person("7"), person("-1"), person("1,2"), person("")}));
    ASSERT_EQ(results.size(), 5u);
    EXPECT_TRUE(results[0].done);
    EXPECT_TRUE(results[1].done);
    for (std::size_t n = 2; n < 5; ++n)
        EXPECT_FALSE(results[n].done);
    EXPECT_EQ(terminal.persons.size(), 1u);
    EXPECT_TRUE(terminal.faces.empty());
}

TEST_F(UfaceOrders, HoldNobodyForLongerOrElsewhereThanAllowed)
{
    start();
    const auto& lists = *driver->lists();
    auto dated = person("1");
    dated.valid_until = clock.wall();
    EXPECT_FALSE(lists.as_held(dated).entry);
    auto denied = person("1");
    denied.keep_out = true;
    EXPECT_FALSE(lists.as_held(denied).entry);
    auto elsewhere = person("1");
    elsewhere.outputs = {2};
    EXPECT_FALSE(lists.as_held(elsewhere).entry);
    auto everybody = person("STRANGERBABY");
    EXPECT_FALSE(lists.as_held(everybody).entry);
    auto here = person("1");
    here.outputs = {1, 2};
    ASSERT_TRUE(lists.as_held(here).entry);
    EXPECT_TRUE(lists.as_held(here).entry->outputs.empty());
    EXPECT_FALSE(lists.takes(ListEntry::Type::card));
}

TEST_F(UfaceOrders, TellAFailureOfOnePersonAndGoOnWithTheNext)
{
    start();
    terminal.answers["/face/create"] =
        R"({"result":1,"success":false,"msg":"no face of Person A","code":"LAN_EXP-4008"})";
    auto with_face = person("1");
    with_face.picture = "\xFF\xD8\xFF\xFF\xD9";
    const auto results = write({with_face, person("2")});
    EXPECT_FALSE(results[0].done);
    EXPECT_FALSE(results[0].again);
    EXPECT_EQ(results[0].code, "LAN_EXP-4008");
    EXPECT_EQ(results[0].reason, "the terminal refuses the person or the face; check number and picture / "
                                 "设备未接受该人员或人脸；请核对编号和照片 (LAN_EXP-4008)");
    EXPECT_TRUE(results[1].done);
    terminal.forgets_persons = true;
    EXPECT_FALSE(write({person("3")})[0].done);
    terminal.present = false;
    terminal.cut();
    EXPECT_TRUE(write({person("4")})[0].again);
}

// ---- a terminal that fetches its orders ----

class UfaceReverse : public UfaceOrders {
protected:
    std::string fetch() { return push("task?deviceKey=8DA5A59CF625F562", "").body; }
    std::string number_in(const std::string& task)
    {
        return std::string(Fields::of_json(task)->text("data.taskNo"));
    }
};

TEST_F(UfaceReverse, IsUpWhileItCallsAndDownAfterThreeHeartbeats)
{
    start("way = \"reverse\"");
    EXPECT_TRUE(links().empty());
    heartbeat();
    EXPECT_EQ(driver->status().link, LinkState::up);
    pass(179s);
    EXPECT_EQ(driver->status().link, LinkState::up);
    pass(3s);
    EXPECT_EQ(driver->status().link, LinkState::down);
    EXPECT_EQ(fetch(), R"({"result":1,"success":true})");
    EXPECT_EQ(driver->status().link, LinkState::up);
    EXPECT_TRUE(terminal.asked.empty());
}

TEST_F(UfaceReverse, GivesAnOrderOutOnceAndTakesItsResult)
{
    start("way = \"reverse\"");
    model::Command order;
    order.id = "order";
    order.action = Action::door_open;
    const auto answer = ask(driver->execute(std::move(order)));
    const auto task = fetch();
    EXPECT_NE(task.find(R"("interfaceName":"device/openDoorControl")"), std::string::npos) << task;
    EXPECT_EQ(fetch(), R"({"result":1,"success":true})");
    (void)push("result", "deviceKey=8DA5A59CF625F562&taskNo=" + number_in(task) +
                             "&result=%7B%22result%22%3A1%2C%22success%22%3Atrue%7D");
    pass(5s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::accepted);
    EXPECT_EQ(fetch(), R"({"result":1,"success":true})");
}

TEST_F(UfaceReverse, NeverOpensADoorThatNobodyWaitsForAnyMore)
{
    start("way = \"reverse\"\nrequest_max = \"5s\"");
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "unreachable");
    EXPECT_EQ(fetch(), R"({"result":1,"success":true})");
}

TEST_F(UfaceReverse, SaysUnknownWhenAFetchedOrderIsNotAnswered)
{
    start("way = \"reverse\"\nrequest_max = \"5s\"");
    model::Command order;
    order.action = Action::door_open;
    const auto answer = ask(driver->execute(std::move(order)));
    const auto task = fetch();
    pass(6s);
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ((*answer)->status, Status::unknown);
    (void)push("result", "taskNo=" + number_in(task) + "&result=1&success=true"); // too late, harmless
}

// ---- family B over HTTP ----

class HaiqingHttp : public UfaceOrders {
protected:
    void begin()
    {
        address = "http://192.0.2.41";
        terminal.password.clear(); // this family puts none into its bodies
        for (const auto* path : {"/action/OpenDoor", "/action/AddPerson", "/action/DeletePerson"})
            terminal.answers[path] = R"({"operator":"x","code":200,"info":{"Result":"Ok","Detail":""}})";
        start("family = \"haiqing-http\"\nserial = \"1026700\"");
    }
    device::PushReply post(const std::string& info, const std::string& more = "")
    {
        return push("", R"({"operator":"VerifyPush","info":{"DeviceID":1026700,)" + info + "}" + more + "}");
    }
};

TEST_F(HaiqingHttp, TellsWhatTheCameraPostsAndAnswersAsItWants)
{
    begin();
    EXPECT_TRUE(links().empty());
    const auto reply = post(R"("CustomizeID":10001,"Similarity1":83.1,"CreateTime":"2026-01-01T08:00:00")",
                            R"(,"SanpPic":"data:image/jpeg;base64,/9j//9k=")");
    EXPECT_EQ(reply.status, 200u);
    EXPECT_EQ(reply.body, R"({"code":200,"desc":"OK"})");
    EXPECT_EQ(driver->status().link, LinkState::up);
    ASSERT_EQ(people().size(), 1u);
    EXPECT_EQ(attempt(people()[0]).person, "10001");
    EXPECT_EQ(people()[0].pictures.size(), 1u);
    EXPECT_EQ(early.size(), 1u);
    sink_refuses = 1;
    EXPECT_EQ(post(R"("CustomizeID":0,"CreateTime":"2026-01-01T08:00:01")").status, 503u);
    EXPECT_EQ(post(R"("CustomizeID":0,"CreateTime":"2026-01-01T08:00:01")").status, 200u);
    EXPECT_EQ(attempt(people().at(1)).person, "");
    EXPECT_EQ(push("", "{}", "192.0.2.99").status, 403u);
    (void)push("", R"({"operator":"HeartBeat","info":{"DeviceID":1026700}})");
    pass(179s);
    EXPECT_EQ(driver->status().link, LinkState::up);
    pass(5s);
    EXPECT_EQ(driver->status().link, LinkState::down);
}

TEST_F(HaiqingHttp, OpensTheDoorAndKeepsPersons)
{
    begin();
    EXPECT_EQ(command(Action::door_open).status, Status::accepted);
    EXPECT_EQ(terminal.asked.back().body,
              R"({"operator":"OpenDoor","info":{"DeviceID":"1026700","Chn":0,"status":0,"msg":""}})");
    auto entry = person("10001");
    entry.picture = "\xFF\xD8\xFF\xFF\xD9";
    EXPECT_TRUE(write({entry})[0].done);
    EXPECT_NE(terminal.asked.back().body.find(R"("picinfo":"data:image/jpeg;base64,/9j//9k=")"),
              std::string::npos);
    EXPECT_TRUE(asked(driver->lists()->remove({entry}))[0].done);
    terminal.answers["/action/OpenDoor"] = R"({"operator":"x","code":400,"info":{"Result":"Fail"}})";
    const auto refused = command(Action::door_open);
    EXPECT_EQ(refused.code, "device_refused");
    EXPECT_EQ(refused.text, "the terminal refuses this; look at its screen or web page / "
                            "设备拒绝此操作；请查看设备屏幕或网页 (400)");
    terminal.answers["/action/OpenDoor"] = "";
    EXPECT_EQ(command(Action::door_open).status, Status::unknown);
    EXPECT_EQ(terminal.count("/action/OpenDoor"), 3);
}

} // namespace
} // namespace gatehouse::facepush
