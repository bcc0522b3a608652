#include "tests/unit/gateway/cli/cli_fixture.hpp"

#include <cstdlib>
#include <fstream>

namespace gatehouse::cli {
namespace {

using Words = std::vector<std::string>;

class Parsing : public CommandLineTest {};

TEST_F(Parsing, EveryVerbOfTheInstallerReachesItsResource)
{
    const auto capture = testing::TempDir() + "gatehouse-parsing.capture";
    std::ofstream(capture) << "bytes";
    const std::vector<std::pair<Words, std::string>> rows{
        {{"status"}, "GET /api/v1/status"},
        {{"device", "list"}, "GET /api/v1/devices"},
        {{"device", "show", "lpr-1"}, "GET /api/v1/devices/lpr-1"},
        {{"device", "test", "lpr-1"}, "POST /api/v1/devices/lpr-1/test"},
        {{"device", "replace", "lpr-1", "--operator", "li"},
         "POST /api/v1/devices/lpr-1/replace?operator=li"},
        {{"device", "relearn", "cam-1", "--reason", "aimed anew", "--operator", "li"},
         "POST /api/v1/devices/cam-1/health/relearn?operator=li"},
        {{"device", "find"}, "GET /api/v1/interfaces"},
        {{"device", "find", "--interface", "eth1", "--seconds", "2"}, "POST /api/v1/devices/find"},
        {{"device", "capture", "lpr-1", "--seconds", "5", "--output", capture},
         "POST /api/v1/devices/lpr-1/capture"},
        {{"device", "replay", capture, "--device", "lpr-1"}, "POST /api/v1/devices/lpr-1/replay"},
        {{"events", "tail"}, "GET /api/v1/events?limit=50&order=desc"},
        {{"events", "tail", "--after", "7", "--device", "a b", "--limit", "3"},
         "GET /api/v1/events?limit=3&device=a%20b&after=7"},
        {{"alert", "list"}, "GET /api/v1/alerts?limit=1000&open=1"},
        {{"alert", "list", "--all"}, "GET /api/v1/alerts?limit=1000"},
        {{"alert", "show", "01A"}, "GET /api/v1/alerts/01A"},
        {{"alert", "ack", "01A", "--note", "going"}, "POST /api/v1/alerts/01A/ack"},
        {{"alert", "close", "01A", "--result", "false", "--note", "cat"}, "POST /api/v1/alerts/01A/close"},
        {{"alert", "list", "--suppressed"}, "GET /api/v1/alerts?limit=1000&suppressed=1"},
        {{"alert", "verify", "01A", "--role", "guard"}, "POST /api/v1/alerts/01A/verify"},
        {{"alert", "reject", "01A", "--note", "cat"}, "POST /api/v1/alerts/01A/reject"},
        {{"alert", "handle", "01A"}, "POST /api/v1/alerts/01A/handle"},
        {{"alert", "resolve", "01A", "--note", "done"}, "POST /api/v1/alerts/01A/resolve"},
        {{"alert", "reopen", "01A", "--note", "again"}, "POST /api/v1/alerts/01A/reopen"},
        {{"alert", "suspend", "01A", "--note", "part"}, "POST /api/v1/alerts/01A/suspend"},
        {{"alert", "transfer", "01A"}, "POST /api/v1/alerts/01A/transfer"},
        {{"alert", "order", "01A", "2026-7"}, "POST /api/v1/alerts/01A/order"},
        {{"alert", "silence"}, "GET /api/v1/silences"},
        {{"alert", "silence", "--kind", "tamper", "--minutes", "60", "--reason", "repair"},
         "POST /api/v1/silences"},
        {{"alert", "silence", "--end", "01S"}, "POST /api/v1/silences/01S/end"},
        {{"alert", "handover"}, "GET /api/v1/handovers"},
        {{"alert", "handover", "--note", "keys"}, "POST /api/v1/handovers"},
        {{"report", "--month", "2026-01"}, "GET /api/v1/report?month=2026-01"},
        {{"gate", "open", "east", "--reason", "x"}, "POST /api/v1/commands"},
        {{"gate", "close", "east", "--reason", "x"}, "POST /api/v1/commands"},
        {{"fire", "status"}, "GET /api/v1/fire"},
        {{"user", "list"}, "GET /api/v1/users"},
        {{"user", "remove", "li", "--operator", "zhang"}, "DELETE /api/v1/users/li?operator=zhang"},
        {{"token", "list"}, "GET /api/v1/tokens"},
        {{"token", "create", "charts", "--permission", "metrics.read"}, "POST /api/v1/tokens"},
        {{"token", "revoke", "01T", "--operator", "zhang"}, "DELETE /api/v1/tokens/01T?operator=zhang"},
        {{"fire", "clear", "--operator", "zhang", "--reason", "drill"}, "POST /api/v1/fire/clear"},
        {{"command", "disarm", "--lane", "east", "--reason", "x"}, "POST /api/v1/commands"},
        {{"occupancy", "show"}, "GET /api/v1/occupancy"},
        {{"occupancy", "set", "--vehicles", "4", "--reason", "x"}, "POST /api/v1/occupancy"},
        {{"list", "import", capture, "--operator", "li"}, "POST /api/v1/lists/import?operator=li"},
        {{"list", "import", capture, "--operator", "li", "--dry-run"},
         "POST /api/v1/lists/import?operator=li&dry_run=1"},
        {{"list", "undo", "plate/visitor", "--to", "3", "--operator", "li"},
         "POST /api/v1/lists/undo?type=plate&list=visitor&operator=li&to=3"},
        {{"list", "versions", "--type", "card"}, "GET /api/v1/lists/versions?type=card"},
        {{"list", "import", capture, "--type", "consent", "--operator", "li"},
         "POST /api/v1/consents/import?operator=li"},
        {{"list", "show", "--type", "consent", "10086"}, "GET /api/v1/consents?person=10086"},
        {{"list", "enrol", "10086", "--face", capture, "--anyway", "--operator", "li"},
         "POST /api/v1/lists/enrol?person=10086&operator=li"},
        {{"list", "withdraw", "10086", "--operator", "li"},
         "POST /api/v1/consents/withdraw?person=10086&purpose=face&operator=li"},
        {{"list", "export", "--type", "card", "--list", "staff"},
         "GET /api/v1/lists/export?type=card&list=staff"},
        {{"list", "show"}, "GET /api/v1/lists?limit=10000&offset=0"},
        {{"list", "show", "京A"}, "GET /api/v1/lists?q=%E4%BA%ACA&limit=10000&offset=0"},
        {{"audit", "list", "--actor", "duty 3", "--action", "barrier-open"},
         "GET /api/v1/audit?limit=50&actor=duty%203&action=barrier-open&order=desc"},
        {{"audit", "list", "--after", "7"}, "GET /api/v1/audit?limit=50&after=7"},
        {{"audit", "verify", "--head", "3:ab"}, "GET /api/v1/audit/verify?head=3%3Aab"},
        {{"explain", "plate", "京A12345", "--lane", "east"},
         "GET /api/v1/explain?plate=%E4%BA%ACA12345&lane=east"},
        {{"queue", "stat"}, "GET /api/v1/queue"},
        {{"queue", "peek", "centre", "--limit", "2"}, "GET /api/v1/queue/centre/peek?limit=2"},
        {{"queue", "drain", "centre"}, "POST /api/v1/queue/centre/drain"},
        {{"queue", "quarantine", "centre"}, "GET /api/v1/queue/centre/quarantine?limit=1000"},
    };
    for (const auto& [words, wanted] : rows) {
        gateway.requests.clear();
        const auto result = ask(words);
        ASSERT_EQ(gateway.requests.size(), 1u) << wanted << "\n" << result.err;
        EXPECT_EQ(gateway.requests[0].method + " " + gateway.requests[0].target, wanted);
        EXPECT_NE(result.code, 2) << wanted;
    }
    std::remove(capture.c_str());
}

TEST_F(Parsing, VerbsWithoutADaemonGetTheirConfigurationAndGiveTheirCodeBack)
{
    const std::vector<std::pair<Words, std::string>> rows{
        {{"run"}, "run /etc/gatehouse/gatehouse.toml"},
        {{"run", "--config", "a.toml"}, "run a.toml"},
        {{"check", "--config", "a.toml", "--json"}, "check a.toml json"},
        {{"restore", "b.db", "--verify", "--config", "a.toml"}, "restore a.toml b.db verify"},
        {{"restore", "b.db", "--json"}, "restore /etc/gatehouse/gatehouse.toml b.db json"},
        {{"version"}, "version"},
        {{"version", "--json"}, "version json"},
    };
    code = 78;
    for (const auto& [words, wanted] : rows) {
        calls.clear();
        EXPECT_EQ(run(words).code, 78);
        EXPECT_EQ(calls, std::vector<std::string>{wanted});
    }
}

TEST_F(Parsing, WrongUsageIsTwoAndSaysSoOnStandardError)
{
    const std::vector<Words> rows{
        {},
        {"open-sesame"},
        {"device"},
        {"device", "show"},
        {"device", "capture", "x", "--seconds", "0"},
        {"device", "capture", "x", "--seconds", "601"},
        {"device", "find", "--interface", "eth1", "--seconds", "61"},
        {"gate", "open"},
        {"gate", "open", "east"},
        {"device", "relearn", "cam-1"},
        {"fire", "clear", "--reason", "drill"},
        {"fire", "clear", "--operator", "zhang"},
        {"gate", "shut", "east", "--reason", "x"},
        {"alert", "close", "01A", "--note", "x"},
        {"alert", "close", "01A", "--result", "maybe", "--note", "x"},
        {"alert", "reject", "01A"},
        {"alert", "ack", "01A", "--role", "system"},
        {"alert", "order", "01A"},
        {"alert", "silence", "--minutes", "0"},
        {"occupancy", "set", "--vehicles", "4"},
        {"occupancy", "set", "--vehicles", "-1", "--reason", "x"},
        {"list", "show", "--type", "dog"},
        {"events", "tail", "--limit", "1001"},
        {"events", "tail", "--after", "-5"},
        {"explain", "plate"},
        {"user", "add", "li"},
        {"user", "add", "li", "--role", "boss"},
        {"token", "create", "charts"},
        {"token", "create", "charts", "--permission", "metrics.read", "--days", "0"},
        {"status", "--nonsense"},
        {"check", "--socket", "x"},
    };
    for (const auto& words : rows) {
        const auto result = run(words);
        EXPECT_EQ(result.code, 2) << testing::PrintToString(words);
        EXPECT_FALSE(result.err.empty()) << testing::PrintToString(words);
        EXPECT_TRUE(result.out.empty()) << testing::PrintToString(words);
    }
    EXPECT_TRUE(gateway.requests.empty());
    EXPECT_TRUE(calls.empty());
}

TEST_F(Parsing, HelpIsNoMistake)
{
    for (const Words& words : {Words{"--help"}, Words{"gate", "open", "--help"}}) {
        const auto result = run(words);
        EXPECT_EQ(result.code, 0);
        EXPECT_FALSE(result.out.empty());
    }
}

// Every verb as help names it; what generates the manual must not leave one out.
constexpr const char* all_verbs[] = {
    "run",           "check",          "doctor",           "backup",       "restore",        "version",
    "status",        "device list",    "device show",      "device test",  "device capture", "device replay",
    "events tail",   "alert list",     "alert show",       "alert ack",    "alert close",    "gate open",
    "gate close",    "list import",    "list export",      "list show",    "explain plate",  "queue stat",
    "queue peek",    "queue drain",    "queue quarantine", "alert verify", "alert reject",   "alert handle",
    "alert resolve", "alert reopen",   "alert suspend",    "report",       "alert transfer", "alert order",
    "alert silence", "alert handover", "fire status",      "fire clear",   "audit verify",   "audit list",
    "command"};

TEST_F(Parsing, TheManualDescribesEveryVerb)
{
    const auto page = run({"generate-man"});
    EXPECT_EQ(page.code, 0);
    EXPECT_TRUE(page.out.starts_with(".TH GATEHOUSE 8"));
    for (const std::string verb : all_verbs)
        EXPECT_NE(page.out.find("\n.B gatehouse " + verb), std::string::npos) << verb;
    EXPECT_EQ(page.out.find("generate"), std::string::npos);
    EXPECT_NE(page.out.find("\\-\\-reason"), std::string::npos);
}

TEST_F(Parsing, TheCompletionKnowsEveryVerb)
{
    const auto script = run({"generate-completion"});
    EXPECT_EQ(script.code, 0);
    for (const std::string verb : all_verbs)
        EXPECT_NE(script.out.find("'" + verb + "') words='"), std::string::npos) << verb;
    EXPECT_EQ(script.out.find("generate"), std::string::npos);
}

TEST_F(Parsing, TheCompletionGoesOnBehindArgumentsAndValuesOfOptions)
{
    const auto file = testing::TempDir() + "gatehouse-completion";
    std::ofstream(file) << run({"generate-completion"}).out
                        << "COMP_WORDS=(gatehouse gate open east --operator list --rea)\nCOMP_CWORD=6\n"
                           "_gatehouse\necho \"${COMPREPLY[*]}\" > " +
                               file + ".out\n";
    ASSERT_EQ(std::system(("bash " + file).c_str()), 0);
    std::string completed;
    std::getline(std::ifstream(file + ".out"), completed);
    EXPECT_EQ(completed, "--reason");
    std::remove(file.c_str());
    std::remove((file + ".out").c_str());
}

} // namespace
} // namespace gatehouse::cli
