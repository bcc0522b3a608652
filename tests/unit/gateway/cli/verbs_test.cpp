#include "gateway/cli/console.hpp"
#include "gateway/cli/verbs.hpp"
#include "tests/unit/gateway/cli/cli_fixture.hpp"

#include <boost/json/parse.hpp>

#include <cstdio>
#include <fstream>

namespace gatehouse::cli {
namespace {

using Verbs = CommandLineTest;

TEST_F(Verbs, AGateSaysHowItEndedAndOnlyDoneIsZero)
{
    const std::vector<std::tuple<std::string, std::string, int>> rows{
        {"confirmed", "done", 0},    {"accepted", "unknown", 1}, {"failed", "failed", 1},
        {"expired", "expired", 1},   {"unknown", "unknown", 1},  {"rejected", "refused", 1},
        {"duplicate", "refused", 1},
    };
    for (const auto& [status, word, wanted] : rows) {
        gateway.replies["/api/v1/commands"].body =
            R"({"status":")" + status + R"(","text":"the barrier is open"})";
        const auto result = ask({"gate", "open", "east-in", "--reason", "moving van"});
        EXPECT_EQ(result.out, word + ": the barrier is open\n");
        EXPECT_EQ(result.code, wanted) << status;
        const auto json = ask({"gate", "open", "east-in", "--reason", "moving van", "--json"});
        EXPECT_EQ(json.out, R"({"status":")" + word + R"(","text":"the barrier is open"})" + "\n");
        EXPECT_EQ(json.code, wanted) << status;
    }
}

TEST_F(Verbs, AGateOrderLeavesBarrierOrDoorToTheLaneAndCarriesReasonAndOperator)
{
    gateway.replies["/api/v1/commands"].body = R"({"status":"confirmed"})";
    (void)ask({"gate", "close", "east-in", "--reason", "搬家 \"van\"", "--operator", "zhang"});
    ASSERT_EQ(gateway.requests.size(), 1u);
    const auto body = boost::json::parse(gateway.requests[0].body);
    EXPECT_EQ(text_of(body, "action"), "close");
    EXPECT_EQ(text_of(body, "lane"), "east-in");
    EXPECT_EQ(text_of(body, "reason"), "搬家 \"van\"");
    EXPECT_EQ(text_of(body, "operator"), "zhang");
    EXPECT_EQ(gateway.requests[0].type, "application/json");
}

TEST_F(Verbs, ACommandCarriesItsArguments)
{
    gateway.replies["/api/v1/commands"].body = R"({"status":"confirmed","text":"debug"})";
    EXPECT_EQ(ask({"command", "log-level", "--reason", "looking", "--arg", "level=debug", "--device", "lpr-1",
                   "--output", "2"})
                  .code,
              0);
    const auto body = boost::json::parse(gateway.requests.at(0).body);
    EXPECT_EQ(text_of(body, "action"), "log-level");
    EXPECT_EQ(text_of(body, "device"), "lpr-1");
    EXPECT_EQ(text_of(body, "output"), "2");
    EXPECT_EQ(text_of(body.at("args"), "level"), "debug");
}

TEST_F(Verbs, OccupancyIsShownWithItsFreeSpacesAndWhoCorrectedIt)
{
    gateway.replies["/api/v1/occupancy"].body =
        R"({"vehicles":40,"persons":3,"spaces":120,"free":80,"corrected_at":"T","corrected_by":"li"})";
    EXPECT_EQ(ask({"occupancy", "show"}).out,
              "vehicles 40 of 120, 80 free\npersons 3\ncorrected by li at T\n");
    gateway.replies["/api/v1/occupancy"].body = R"({"vehicles":0,"persons":0})";
    EXPECT_EQ(ask({"occupancy", "show"}).out, "vehicles 0\npersons 0\n");
}

TEST_F(Verbs, OccupancyIsCorrectedOnlyInWhatIsNamed)
{
    EXPECT_EQ(ask({"occupancy", "set", "--reason", "x"}).code, 1);
    EXPECT_TRUE(gateway.requests.empty());
    (void)ask({"occupancy", "set", "--persons", "0", "--reason", "counted", "--operator", "li"});
    ASSERT_EQ(gateway.requests.size(), 1u);
    EXPECT_EQ(gateway.requests[0].body, R"({"operator":"li","reason":"counted","persons":0})");
}

TEST_F(Verbs, ARouteTestSaysWhoWouldBeCalledAndFailsWhenNobodyWould)
{
    auto& body = gateway.replies["/api/v1/alerts/route-test"].body;
    const std::vector<std::string> words{"alert",  "route-test",  "--severity", "2",
                                         "--kind", "door_forced", "--at",       "2026-01-05T23:00:00Z"};
    body = R"({"channels":[{"name":"guards","protocol":"dingtalk","called":true,"when":"held",)"
           R"("held_until":"07:00","people":[{"name":"王"},{"mobile":"138"}]},)"
           R"({"name":"office","protocol":"smtp","called":false,"why":"it is not for guard"}]})";
    const auto called = ask(words);
    EXPECT_EQ(called.code, 0);
    ASSERT_EQ(gateway.requests.size(), 1U);
    EXPECT_EQ(gateway.requests[0].target,
              "/api/v1/alerts/route-test?severity=2&kind=door_forced&at=2026-01-05T23%3A00%3A00Z");
    EXPECT_NE(called.out.find("at 07:00"), std::string::npos);
    EXPECT_NE(called.out.find("王, 138"), std::string::npos);
    EXPECT_NE(called.out.find("it is not for guard"), std::string::npos);
    body = R"({"channels":[]})";
    EXPECT_EQ(ask(words).code, 1);
}

TEST_F(Verbs, StatusTellsHealthyDegradedAndDownApart)
{
    const std::vector<std::pair<std::string, int>> rows{{"healthy", 0}, {"degraded", 1}, {"down", 2}};
    for (const auto& [verdict, wanted] : rows) {
        gateway.replies["/api/v1/status"].body =
            R"({"verdict":")" + verdict + R"(","reasons":["device a is down"]})";
        const auto result = ask({"status"});
        EXPECT_EQ(result.code, wanted);
        EXPECT_TRUE(result.out.starts_with(verdict + "\n  device a is down\n"));
    }
}

TEST_F(Verbs, WithoutADaemonStatusIsTwoAndSaysWhereItLooked)
{
    const auto result = run({"status", "--socket", "/nonexistent/control.sock"});
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find("/nonexistent/control.sock"), std::string::npos);
    const auto json = run({"status", "--json", "--socket", "/nonexistent/control.sock"});
    EXPECT_EQ(json.code, 2);
    EXPECT_EQ(json.out, "{\"verdict\":\"down\"}\n");
}

TEST_F(Verbs, WithoutADaemonOtherVerbsFail)
{
    const std::vector<std::vector<std::string>> rows{{"device", "list"},
                                                     {"gate", "open", "east", "--reason", "x"},
                                                     {"alert", "list"},
                                                     {"queue", "stat"},
                                                     {"list", "export"}};
    for (auto words : rows) {
        words.insert(words.end(), {"--socket", "/nonexistent/control.sock"});
        const auto result = run(words);
        EXPECT_EQ(result.code, 1);
        EXPECT_TRUE(result.out.empty());
        EXPECT_FALSE(result.err.empty());
    }
}

TEST_F(Verbs, ARefusalIsToldInTheGatewaysOwnWords)
{
    gateway.replies["/api/v1/alerts/01A/ack"] = {409, R"({"title":"Conflict","detail":"it is closed"})"};
    const auto result = ask({"alert", "ack", "01A"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.err, "gatehouse: it is closed\n");

    gateway.replies["/api/v1/alerts/01A/ack"] = {500, "<html>"};
    EXPECT_EQ(ask({"alert", "ack", "01A"}).err, "gatehouse: the gateway answered with status 500\n");
}

TEST_F(Verbs, OneDocumentALineWithJson)
{
    gateway.replies["/api/v1/devices"].body = R"({"devices":[{"id":"a"},{"id":"b"}]})";
    EXPECT_EQ(ask({"device", "list", "--json"}).out, "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
}

TEST_F(Verbs, ADeviceTestWithAFailedStepIsOneAndNamesTheRemedy)
{
    gateway.replies["/api/v1/devices/a/test"].body =
        R"({"steps":[{"name":"clock","passed":false,"detail":"9 s off","remedy":"set NTP"}]})";
    const auto result = ask({"device", "test", "a"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.out, "FAIL  clock: 9 s off\n      set NTP\n");
}

TEST_F(Verbs, TheNewestEventsArePrintedOldestFirst)
{
    gateway.replies["/api/v1/events"].body = R"({"events":[{"seq":2,"type":"b"},{"seq":1,"type":"a"}]})";
    const auto result = ask({"events", "tail"});
    EXPECT_LT(result.out.find("1  -  -  a"), result.out.find("2  -  -  b"));
}

TEST_F(Verbs, FollowingGoesOnBehindTheLastEntryWhenTheDaemonComesBack)
{
    gateway.script = {{200, R"({"events":[{"seq":7,"type":"a"}]})"},
                      {0, ""},
                      {200, R"({"events":[{"seq":8,"type":"b"}]})"},
                      {500, R"({"detail":"the end of this test"})"}};
    std::ostringstream out;
    std::ostringstream err;
    const Console console{.socket = gateway.socket(), .out = out, .err = err};
    TailOptions options;
    options.follow = true;
    options.pause = std::chrono::milliseconds(0);
    EXPECT_EQ(events_tail(console, options), 1);
    ASSERT_EQ(gateway.requests.size(), 4U);
    EXPECT_EQ(gateway.requests[2].target, "/api/v1/events?limit=50&after=7");
    EXPECT_EQ(out.str(), "7  -  -  a  -\n8  -  -  b  -\n");
}

TEST_F(Verbs, TheQueueOfEveryUpstreamIsMeantWhenNoneIsNamed)
{
    gateway.replies["/api/v1/queue"].body = R"({"upstreams":[{"name":"centre"},{"name":"police"}]})";
    EXPECT_EQ(ask({"queue", "drain"}).code, 0);
    ASSERT_EQ(gateway.requests.size(), 3U);
    EXPECT_EQ(gateway.requests[1].target, "/api/v1/queue/centre/drain");
    EXPECT_EQ(gateway.requests[2].target, "/api/v1/queue/police/drain");
    gateway.replies["/api/v1/queue/police/quarantine"].body = R"({"dead_letters":[{"seq":3}]})";
    EXPECT_EQ(ask({"queue", "quarantine", "--json"}).out, "{\"seq\":3,\"upstream\":\"police\"}\n");
}

TEST_F(Verbs, AListIsShownToItsLastPage)
{
    std::string page = "{\"credentials\":[{}";
    for (int i = 1; i < 10'000; ++i)
        page += ",{}";
    gateway.script = {{200, page + "]}"}, {200, R"({"credentials":[{"value":"last"}]})"}};
    const auto result = ask({"list", "show", "--json"});
    EXPECT_TRUE(result.out.ends_with("{\"value\":\"last\"}\n"));
    EXPECT_EQ(gateway.requests.back().target, "/api/v1/lists?limit=10000&offset=10000");
}

TEST_F(Verbs, AnImportNamesTheLinesThatAreWrong)
{
    gateway.replies["/api/v1/lists/import"] = {
        422, R"({"detail":"nothing was imported","errors":[{"line":3,"text":"no plate"}]})"};
    const auto result = ask({"list", "import", "/dev/null"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.err, "/dev/null:3: no plate\ngatehouse: nothing was imported\n");
}

class Enrolling : public CommandLineTest {
protected:
    Enrolling() { std::ofstream(portrait_) << "bytes"; }
    ~Enrolling() override { std::remove(portrait_.c_str()); }

    Result enrol(bool anyway = false)
    {
        std::vector<std::string> words{"list", "enrol", "10086", "--face", portrait_, "--operator", "li"};
        if (anyway) words.emplace_back("--anyway");
        return ask(words);
    }
    [[nodiscard]] bool was_sent() const
    {
        return !gateway.requests.empty() &&
               gateway.requests.back().target == "/api/v1/lists/enrol?person=10086&operator=li" &&
               gateway.requests.back().body == "bytes";
    }

    const std::string check_ = "/api/v1/lists/enrol/check";
    const std::string portrait_ = testing::TempDir() + "gatehouse-portrait.jpg";
};

TEST_F(Enrolling, SendsNothingThatIsUnfitAndSaysWhy)
{
    gateway.replies[check_].body =
        R"({"ok":false,"reasons":["too_dark"],"texts":[{"zh":"人脸太暗","en":"The face is too dark."}]})";
    const auto refused = enrol();
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.err.find("The face is too dark. 人脸太暗"), std::string::npos) << refused.err;
    EXPECT_EQ(gateway.requests.size(), 1U);
    EXPECT_FALSE(was_sent());
    EXPECT_EQ(enrol(true).code, 0);
    EXPECT_TRUE(was_sent());
}

TEST_F(Enrolling, LeavesItToTheTerminalsWhereNobodyCanJudgeIt)
{
    for (const unsigned away : {501U, 503U, 504U}) {
        gateway.replies[check_].status = away;
        gateway.requests.clear();
        EXPECT_EQ(enrol().code, 0) << away;
        EXPECT_TRUE(was_sent()) << away;
    }
}

TEST_F(Verbs, AFolderIsNoFileToRead)
{
    gateway.replies["/api/v1/devices"].body = R"({"devices":[{"id":"a"}]})";
    for (const auto& words : {std::vector<std::string>{"list", "import", "/"},
                              std::vector<std::string>{"device", "replay", "/"}}) {
        const auto result = ask(words);
        EXPECT_EQ(result.code, 1);
        EXPECT_EQ(result.err, "gatehouse: cannot read /: Is a directory\n");
    }
}

TEST_F(Verbs, TheDoctorAddsTheLinksTheDaemonKnows)
{
    findings = {{"disk", true, "12 GiB free", ""}};
    gateway.replies["/api/v1/status"].body =
        R"({"devices":[{"id":"a","link":"down","why":"no answer"}],"upstreams":[{"name":"c","link":"up"}]})";
    const auto result = ask({"doctor"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(calls, std::vector<std::string>{"doctor /etc/gatehouse/gatehouse.toml runs"});
    EXPECT_EQ(result.out, "ok    disk: 12 GiB free\n"
                          "FAIL  device a: link down: no answer\n      run: gatehouse device test a\n"
                          "ok    upstream c: link up\n");
    EXPECT_EQ(run({"doctor", "--offline"}).code, 0);
}

TEST_F(Verbs, TheDoctorAddsTheStaffChannelsWithWhatIsWrongOfEach)
{
    gateway.replies["/api/v1/status"].body =
        R"({"channels":[{"name":"guards","state":"ready"},{"name":"mail","state":"stopped","why":"HTTP 410"}]})";
    const auto result = ask({"doctor"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.out, "ok    staff channel guards: ready\n"
                          "FAIL  staff channel mail: stopped: HTTP 410\n"
                          "      put right what it says, then run: systemctl reload gatehouse\n");
}

TEST_F(Verbs, TheDoctorLooksForTheDaemonWhereTheConfigurationSaysUnlessToldOtherwise)
{
    configured_socket = gateway.socket();
    EXPECT_EQ(run({"doctor", "--config", "a.toml"}).code, 0);
    EXPECT_EQ(calls.back(), "doctor a.toml runs");
    configured_socket = "/nonexistent/control.sock";
    EXPECT_EQ(ask({"doctor", "--config", "a.toml"}).code, 0);
}

TEST_F(Verbs, TheDoctorExpectsNoLinkOfADeviceThatIsSwitchedOffAndLetsAWarningPass)
{
    findings = {{"certificate", true, "expires in 9 days", "renew it", true}};
    gateway.replies["/api/v1/status"].body =
        R"({"devices":[{"id":"a","enabled":false,"link":"unknown"},{"id":"b","enabled":true,"link":"up"}]})";
    const auto result = ask({"doctor"});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(result.out, "warn  certificate: expires in 9 days\n      renew it\nok    device b: link up\n");
}

TEST_F(Verbs, ExplainDoesWithoutADaemonAndWithTheConfigurationGivenAsksNone)
{
    const std::string wanted = "east: open by resident-list\n";
    const auto away = run({"explain", "plate", "沪A12345", "--socket", "/nonexistent/control.sock"});
    EXPECT_EQ(away.code, 0);
    EXPECT_EQ(away.out, wanted);
    EXPECT_TRUE(away.err.empty());
    EXPECT_EQ(ask({"explain", "plate", "沪A12345", "--config", "a.toml"}).out, wanted);
    EXPECT_TRUE(gateway.requests.empty());
    EXPECT_EQ(calls, (std::vector<std::string>{"explain /etc/gatehouse/gatehouse.toml 沪A12345",
                                               "explain a.toml 沪A12345"}));
    code = 1;
    EXPECT_EQ(ask({"explain", "plate", "沪A12345", "--config", "a.toml"}).err, "gatehouse: no such lane\n");
}

TEST_F(Verbs, TheAuditIsZeroOnlyWhenItIsWholeAndNamesEveryFault)
{
    gateway.replies["/api/v1/audit/verify"].body =
        R"({"whole":false,"rows":9,"first":1,"head":"9:ab","faults_total":1,)"
        R"("faults":[{"seq":5,"text":"row 5 was changed"}],"alarms":[],"notes":[{"seq":7,"text":"restore by li"}]})";
    const auto broken = ask({"audit", "verify"});
    EXPECT_EQ(broken.code, 1);
    EXPECT_EQ(broken.out, "NOT WHOLE: 9 rows from 1 on, head 9:ab\n  row 5: row 5 was changed\n"
                          "  row 7: restore by li\n");
    EXPECT_EQ(ask({"audit", "verify", "--json"}).code, 1);
    const auto away = run({"audit", "verify", "--socket", "/nonexistent/control.sock"});
    EXPECT_EQ(away.code, 0);
    EXPECT_EQ(away.out, "whole: 3 rows from 1 on, head 3:ab\n");
    EXPECT_EQ(calls, (std::vector<std::string>{"audit /etc/gatehouse/gatehouse.toml"}));
}

TEST_F(Verbs, TheAuditIsListedWithTheNewestRowLast)
{
    gateway.replies["/api/v1/audit"].body =
        R"({"rows":[{"seq":9,"at":"T9","actor":"li","action":"ping","target":"","detail":"","result":"done"},)"
        R"({"seq":8,"at":"T8","actor":"li","action":"backup","target":"","detail":"","result":"done"}]})";
    const auto listed = ask({"audit", "list"}).out;
    EXPECT_LT(listed.find("backup"), listed.find("ping"));
}

TEST(TextTable, CountsAChineseCharacterAsTwoColumns)
{
    TextTable table({"ID", "NAME", "LINK"});
    table.add({"a", "东门", "up"});
    table.add({"bcd", "east", "down"});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(), "ID   NAME  LINK\n"
                         "a    东门  up\n"
                         "bcd  east  down\n");
}

TEST(TextOf, PrintsNumbersAndFlagsAndADashForNothing)
{
    const auto value = boost::json::parse(R"({"n":7,"b":true,"t":"x","e":"","z":null})");
    EXPECT_EQ(text_of(value, "n"), "7");
    EXPECT_EQ(text_of(value, "b"), "true");
    EXPECT_EQ(text_of(value, "t"), "x");
    for (const char* key : {"e", "z", "missing"})
        EXPECT_EQ(text_of(value, key), "-");
    EXPECT_EQ(text_of(boost::json::value(3), "n"), "-");
}

} // namespace
} // namespace gatehouse::cli
