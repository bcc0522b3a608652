#include "gateway/api/admission.hpp"
#include "gateway/api/routes.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace gatehouse::api {
namespace {

using namespace std::chrono_literals;
using account::Permission;
using account::Role;

// Who may what, one letter a role: Admin Manager Guard mainTainer Committee Neighbourhood centre(Z) Police;
// * is everybody, logged in or not.
const std::map<std::string, std::string> may_by_route{
    {"GET /healthz", "*"},
    {"GET /readyz", "*"},
    {"GET /metrics", "AT"},
    {"GET /api/v1/openapi.json", "*"},
    {"GET /api/v1/asyncapi.json", "*"},
    {"GET /api/v1/lanes/live", "AMGTCNZP"},
    {"GET /api/v1/passages", "AMP"},
    {"POST /api/v1/passages/export", "AMP"},
    {"GET /api/v1/shift", "AMGTNZ"},
    {"GET /api/v1/traffic", "AMCNZ"},
    {"GET /api/v1/devices/uptime", "AMCNZ"},
    {"GET /api/v1/devices/{id}/snapshot", "AMGP"},
    {"GET /api/v1/status", "AMGTCNZP"},
    {"GET /api/v1/events", "AMGTZP"},
    {"GET /api/v1/events/{id}", "AMGTZP"},
    {"GET /api/v1/media/{sha256}", "AMGP"},
    {"POST /api/v1/media/{sha256}/evidence", "AMGP"},
    {"GET /api/v1/alerts", "AMGTNZ"},
    {"GET /api/v1/alerts/route-test", "AMT"},
    {"GET /api/v1/alerts/{id}", "AMGTNZ"},
    {"POST /api/v1/alerts/{id}/{verb}", "AMGTNZ"},
    {"GET /api/v1/silences", "AMGTNZ"},
    {"POST /api/v1/silences", "AMGTNZ"},
    {"POST /api/v1/silences/{id}/end", "AMGTNZ"},
    {"GET /api/v1/handovers", "AMGTNZ"},
    {"POST /api/v1/handovers", "AMGTNZ"},
    {"GET /api/v1/report", "AMCNZ"},
    {"GET /api/v1/commands", "AMGTZP"},
    {"POST /api/v1/commands", "AMGZ"},
    {"GET /api/v1/commands/{id}", "AMGTZP"},
    {"GET /api/v1/fire", "AMGTCNZP"},
    {"POST /api/v1/fire/clear", "AM"},
    {"GET /api/v1/devices", "AMGTCNZP"},
    {"POST /api/v1/devices/find", "AT"},
    {"GET /api/v1/devices/{id}", "AMGTCNZP"},
    {"GET /api/v1/devices/{id}/health", "AMCNZ"},
    {"POST /api/v1/devices/{id}/test", "AT"},
    {"POST /api/v1/devices/{id}/capture", "AT"},
    {"POST /api/v1/devices/{id}/replace", "AT"},
    {"POST /api/v1/devices/{id}/health/relearn", "AT"},
    {"POST /api/v1/devices/{id}/replay", "AT"},
    {"GET /api/v1/interfaces", "AT"},
    {"GET /api/v1/lanes", "AMGTCNZP"},
    {"GET /api/v1/occupancy", "AMGTCNZP"},
    {"POST /api/v1/occupancy", "AMGZ"},
    {"GET /api/v1/lists", "AM"},
    {"GET /api/v1/lists/export", "AM"},
    {"GET /api/v1/consents", "AM"},
    {"POST /api/v1/consents/import", "AM"},
    {"POST /api/v1/consents/withdraw", "AM"},
    {"POST /api/v1/lists/enrol", "AM"},
    {"POST /api/v1/lists/enrol/check", "AM"},
    {"GET /api/v1/lists/versions", "AM"},
    {"POST /api/v1/lists/undo", "AM"},
    {"POST /api/v1/lists/import", "AM"},
    {"POST /api/v1/lists/sync", "AM"},
    {"GET /api/v1/explain", "AM"},
    {"GET /api/v1/queue", "AMGTCNZP"},
    {"GET /api/v1/queue/{upstream}/peek", "AMGTZP"},
    {"GET /api/v1/queue/{upstream}/quarantine", "AMGTZP"},
    {"POST /api/v1/queue/{upstream}/drain", "AT"},
    {"POST /api/v1/notify/{channel}/test", "AT"},
    {"GET /api/v1/audit", "AM"},
    {"GET /api/v1/audit/verify", "AM"},
    {"POST /api/v1/backup", "A"},
    {"POST /api/v1/config", "AT"},
    {"GET /api/v1/events/stream", "AMGTZP"},
    {"GET /api/v1/config", "AMT"},
    {"PUT /api/v1/config", "AT"},
    {"POST /api/v1/config/check", "AT"},
    {"GET /api/v1/config/history", "AMT"},
    {"GET /api/v1/config/history/{number}", "AMT"},
    {"POST /api/v1/config/undo", "AT"},
    {"GET /api/v1/protocols", "AT"},
    {"POST /api/v1/devices/probe", "AT"},
    {"POST /api/v1/devices/{id}/prove", "AT"},
    {"GET /api/v1/devices/{id}/prove", "AT"},
    {"POST /api/v1/devices/{id}/cut", "AT"},
    {"GET /api/v1/acceptance", "AMT"},
    {"POST /api/v1/acceptance", "AMT"},
    {"GET /api/v1/acceptance/{id}", "AMT"},
    {"POST /api/v1/acceptance/{id}/items/{item}", "AMT"},
    {"POST /api/v1/acceptance/{id}/run", "AMT"},
    {"POST /api/v1/acceptance/{id}/sign", "AMT"},
    {"POST /api/v1/rules/preview", "AMT"},
    {"GET /api/v1/session", "*"},
    {"POST /api/v1/session", "*"},
    {"DELETE /api/v1/session", "*"},
    {"POST /api/v1/session/password", "*"},
    {"POST /api/v1/setup", "*"},
    {"GET /api/v1/users", "A"},
    {"POST /api/v1/users", "A"},
    {"POST /api/v1/users/{name}", "A"},
    {"DELETE /api/v1/users/{name}", "A"},
    {"POST /api/v1/users/{name}/password", "A"},
    {"GET /api/v1/tokens", "A"},
    {"POST /api/v1/tokens", "A"},
    {"DELETE /api/v1/tokens/{id}", "A"},
};

constexpr std::string_view letters = "AMGTCNZP"; // in the order of account::roles

class AccessTest : public testing::Test {
protected:
    AccessTest()
    {
        for (const auto role : account::roles)
            put(std::string(account::to_string(role)), role);
        make();
    }
    void put(const std::string& name, Role role)
    {
        store::Account one;
        one.name = name;
        one.role = std::string(account::to_string(role));
        one.password = "hash of right horse";
        store.account_table[name] = one;
    }
    void make()
    {
        accounts = std::make_unique<account::Accounts>(
            account::Accounts::Ports{.clock = clock,
                                     .metrics = metrics,
                                     .ids = ids,
                                     .store = store,
                                     .hasher = hasher,
                                     .note = [this](audit::Record row) { noted.push_back(std::move(row)); },
                                     .note_lock_out = [](const std::string&) {}});
        ASSERT_TRUE(run(accounts->load()));
        context.services.accounts = accounts.get();
        context.services.record = [this](audit::Record row) { return keep(std::move(row)); };
        context.services.record_refusal = [this](audit::Record row) { refusals.push_back(std::move(row)); };
    }
    asio::awaitable<base::Result<void>> keep(audit::Record row)
    {
        recorded.push_back(std::move(row));
        co_return base::Result<void>();
    }
    template <class T>
    T run(asio::awaitable<T> work)
    {
        std::optional<T> result;
        asio::co_spawn(io, std::move(work), [&result](const std::exception_ptr& failure, T made) {
            if (failure) std::rethrow_exception(failure);
            result = std::move(made);
        });
        io.restart();
        io.run();
        return std::move(*result);
    }
    static Request request(const std::string& method, const std::string& path, const std::string& body = "")
    {
        Request made;
        made.method = method;
        made.path = path;
        made.body = body;
        made.peer = "tcp";
        made.address = "192.0.2.7";
        made.host = "gate.example:8443";
        return made;
    }
    Response answer(Request made) { return run(respond(context, std::move(made))); }
    // The same as the page of ours would send it.
    Request as(const std::string& name, Request made)
    {
        const auto entrance = run(accounts->log_in(name, "right horse", "192.0.2.7"));
        const auto* session = accounts->session(entrance.session, true);
        if (session == nullptr) return made;
        made.cookie = "other=1; gatehouse_session=" + session->id;
        made.csrf = session->csrf;
        return made;
    }
    static boost::json::value json_of(const Response& response) { return boost::json::parse(response.body); }
    static std::string cookie_of(const Response& response)
    {
        for (const auto& [name, value] : response.headers)
            if (name == "Set-Cookie") return value;
        return {};
    }

    asio::io_context io;
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    base::Random random{1};
    model::UlidSource ids{clock, random};
    fakes::FakeStore store{io.get_executor()};
    account::Hasher hasher{
        io.get_executor(),
        {[](const std::string& password) { return "hash of " + password; },
         [](const std::string& hash, const std::string& password) { return hash == "hash of " + password; },
         [](const std::string&) { return false; }}};
    std::vector<audit::Record> noted;
    std::vector<audit::Record> recorded;
    std::vector<audit::Record> refusals;
    std::unique_ptr<account::Accounts> accounts;
    Context context{Services(), clock};
};

TEST_F(AccessTest, EveryRoleMayOfEveryResourceWhatTheTableSays)
{
    for (const auto& route : routes()) {
        const auto key = std::string(route.method) + " " + std::string(route.path);
        const auto row = may_by_route.find(key);
        ASSERT_NE(row, may_by_route.end()) << key << " is not in the table";
        const bool open = row->second == "*";
        EXPECT_EQ(open, !route.permission) << key;
        const auto nobody = admit(context, request(std::string(route.method), "/"), route.permission);
        EXPECT_EQ(nobody.refusal ? nobody.refusal->status : 0U, open ? 0U : 401U) << key;
        for (std::size_t i = 0; i < letters.size(); ++i) {
            const auto name = std::string(account::to_string(account::roles[i]));
            const auto admission =
                admit(context, as(name, request(std::string(route.method), "/")), route.permission);
            const bool may = open || row->second.find(letters[i]) != std::string::npos;
            EXPECT_EQ(admission.refusal ? admission.refusal->status : 0U, may ? 0U : 403U)
                << key << " as " << name;
        }
    }
    EXPECT_EQ(may_by_route.size(), routes().size()) << "the table names a resource that is not there";
}

TEST_F(AccessTest, AChangeNeedsTheWordOfTheSession)
{
    auto change = as("admin", request("POST", "/api/v1/config"));
    EXPECT_EQ(answer(change).status, 501U) << "nobody serves it here";
    change.csrf = "";
    EXPECT_EQ(answer(change).status, 403U);
    change.csrf = as("admin", request("GET", "/")).csrf;
    EXPECT_EQ(answer(change).status, 403U) << "the word of another session";
    ASSERT_EQ(refusals.size(), 2U);
    EXPECT_EQ(refusals[0].actor, "admin (admin, 192.0.2.7)");
    change.method = "DELETE";
    change.path = "/api/v1/session";
    EXPECT_EQ(answer(change).status, 401U) << "nobody is logged out by a page of another site";
}

TEST_F(AccessTest, APageOfAnotherSiteIsRefusedWhateverItAsks)
{
    for (const auto* method : {"GET", "POST"}) {
        auto asked = as("admin", request(method, "/api/v1/users", "{}"));
        asked.origin = "https://gate.example:8443";
        EXPECT_NE(answer(asked).status, 403U);
        for (const auto* elsewhere : {"https://evil.example", "null", "https://gate.example", "https://"}) {
            asked.origin = elsewhere;
            EXPECT_EQ(answer(asked).status, 403U) << elsewhere;
        }
    }
}

TEST_F(AccessTest, LoggingInGivesAnIdThatTheBrowserDidNotBring)
{
    auto asked = request("POST", "/api/v1/session", R"({"name":"guard","password":"right horse"})");
    asked.cookie = "gatehouse_session=" + std::string(43, 'a');
    asked.secure = true;
    const auto answered = answer(asked);
    ASSERT_EQ(answered.status, 200U);
    const auto cookie = cookie_of(answered);
    EXPECT_EQ(cookie.find(std::string(43, 'a')), std::string::npos);
    EXPECT_NE(cookie.find("; HttpOnly; SameSite=Strict; Path=/; Secure"), std::string::npos);
    const auto told = json_of(answered);
    EXPECT_EQ(told.at("user").at("role"), "guard");
    EXPECT_EQ(told.at("idle_seconds"), 900);
    auto next = request("GET", "/api/v1/session");
    next.cookie = cookie.substr(0, cookie.find(';'));
    EXPECT_EQ(json_of(answer(next)).at("csrf"), told.at("csrf"));
    auto leave = request("DELETE", "/api/v1/session");
    leave.cookie = next.cookie;
    leave.csrf = std::string(told.at("csrf").as_string());
    const auto left = answer(leave);
    EXPECT_EQ(left.status, 204U);
    EXPECT_NE(cookie_of(left).find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(answer(next).status, 401U);
}

TEST_F(AccessTest, FiveFailuresAreToldWhenToComeBack)
{
    const auto wrong = request("POST", "/api/v1/session", R"({"name":"guard","password":"wrong"})");
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(answer(wrong).status, 401U);
    const auto shut = answer(wrong);
    EXPECT_EQ(shut.status, 429U);
    EXPECT_EQ(json_of(shut).at("retry_after_s"), 900);
    EXPECT_EQ(shut.headers.at(0).second, "900");
}

TEST_F(AccessTest, TheFirstAccountIsMadeWithTheCodeAndThenNoMore)
{
    store.account_table.clear();
    make();
    EXPECT_EQ(json_of(answer(request("GET", "/api/v1/session"))).at("setup_required"), true);
    const auto with = [this](const std::string& code, const std::string& password) {
        return answer(request("POST", "/api/v1/setup",
                              R"({"code":")" + code + R"(","name":"zhang","password":")" + password + "\"}"));
    };
    const auto code = accounts->setup_code();
    EXPECT_EQ(with(code, "12345678").status, 400U);
    EXPECT_EQ(with("AAAA-AAAA-AAAA", "right horse").status, 401U);
    const auto made = with(code, "right horse");
    EXPECT_EQ(made.status, 201U);
    EXPECT_EQ(json_of(made).at("user").at("must_change_password"), false);
    EXPECT_NE(cookie_of(made), "");
    EXPECT_EQ(with(code, "right horse").status, 409U);
    EXPECT_EQ(json_of(answer(request("GET", "/api/v1/session"))).at("setup_required"), false);
}

TEST_F(AccessTest, ATokenReachesWhatItWasGivenAndNothingElse)
{
    const auto made = answer(
        as("admin", request("POST", "/api/v1/tokens", R"({"name":"charts","permissions":["status.read"]})")));
    ASSERT_EQ(made.status, 201U);
    auto asked = request("GET", "/api/v1/status");
    asked.authorization = "Bearer " + std::string(json_of(made).at("token").as_string());
    EXPECT_EQ(answer(asked).status, 501U);
    asked.path = "/api/v1/events";
    EXPECT_EQ(answer(asked).status, 403U);
    asked.authorization += "x";
    EXPECT_EQ(answer(asked).status, 401U);
    for (const auto* bad :
         {R"({"name":"x","permissions":[]})", R"({"name":"x","permissions":["all"]})",
          R"({"permissions":["status.read"]})", R"({"name":"x","permissions":["backup"],"days":0})"})
        EXPECT_EQ(answer(as("admin", request("POST", "/api/v1/tokens", bad))).status, 400U) << bad;
}

TEST_F(AccessTest, AGivenPasswordIsGoodForNothingButChangingIt)
{
    const auto added =
        answer(as("admin", request("POST", "/api/v1/users",
                                   R"({"name":"li","role":"guard","password":"right horse"})")));
    EXPECT_EQ(added.status, 201U);
    EXPECT_EQ(added.body.find("hash"), std::string::npos);
    EXPECT_EQ(answer(as("li", request("GET", "/api/v1/status"))).status, 403U);
    const auto chosen =
        as("li", request("POST", "/api/v1/session/password", R"({"old":"right horse","new":"third horse"})"));
    EXPECT_EQ(answer(chosen).status, 204U);
    auto again = request("GET", "/api/v1/status");
    again.cookie = chosen.cookie;
    EXPECT_EQ(answer(again).status, 501U);
}

TEST_F(AccessTest, EveryChangeIsRecordedWithNameRoleAndAddressBeforeItIsMade)
{
    const auto body = R"({"reason":"drill"})";
    EXPECT_EQ(answer(as("manager", request("POST", "/api/v1/fire/clear", body))).status, 501U);
    ASSERT_EQ(recorded.size(), 1U);
    EXPECT_EQ(recorded[0].actor, "manager (manager, 192.0.2.7)");
    EXPECT_EQ(recorded[0].target, "POST /api/v1/fire/clear");
    EXPECT_EQ(recorded[0].detail, "drill");
}

TEST_F(AccessTest, EveryViewOfThePoliceIsRecordedAndNobodyElses)
{
    context.services.store = &store;
    EXPECT_EQ(answer(as("manager", request("GET", "/api/v1/events"))).status, 200U);
    EXPECT_TRUE(recorded.empty());
    EXPECT_EQ(answer(as("police", request("GET", "/api/v1/events"))).status, 200U);
    ASSERT_EQ(recorded.size(), 1U);
    EXPECT_EQ(recorded[0].action, "api-view");
    EXPECT_EQ(recorded[0].actor, "police (police, 192.0.2.7)");
}

TEST_F(AccessTest, AnOrderIsGivenInTheNameAndRoleOfTheAccountWhateverTheBodySays)
{
    std::vector<alert::Order> orders;
    context.services.alert_order = [&](alert::Order order) -> asio::awaitable<base::Result<model::Alert>> {
        orders.push_back(std::move(order));
        co_return model::Alert();
    };
    const auto body = R"({"operator":"somebody else","role":"manager"})";
    EXPECT_EQ(answer(as("guard", request("POST", "/api/v1/alerts/A1/ack", body))).status, 200U);
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].actor, "guard");
    EXPECT_EQ(orders[0].role, model::Role::guard);
}

TEST_F(AccessTest, AGuardOfOneGateNeitherSeesNorMovesAnother)
{
    put("east", Role::guard);
    store.account_table["east"].lanes = {"east-in"};
    for (const auto* lane : {"east-in", "west-in", ""}) {
        model::Alert alert;
        alert.id = std::string("A-") + lane;
        alert.lane = lane;
        store.alert_table[alert.id] = alert;
        store::Change change;
        model::Event event;
        event.device = "barrier-1";
        event.device_key = alert.id;
        event.lane = lane;
        event.body = model::BarrierMoved{};
        change.events.push_back(event);
        ASSERT_TRUE(run(store.commit(std::move(change))));
    }
    make();
    context.services.store = &store;
    context.services.next_id = [] { return std::string("ID"); };
    context.services.run_command = [](model::Command) -> asio::awaitable<model::Outcome> {
        co_return model::Outcome();
    };
    const auto events = json_of(answer(as("east", request("GET", "/api/v1/events"))));
    EXPECT_EQ(events.at("events").as_array().size(), 2U);
    EXPECT_EQ(answer(as("east", request("GET", "/api/v1/events/2"))).status, 404U);
    EXPECT_EQ(json_of(answer(as("east", request("GET", "/api/v1/alerts")))).at("alerts").as_array().size(),
              2U);
    EXPECT_EQ(answer(as("east", request("GET", "/api/v1/alerts/A-west-in"))).status, 404U);
    EXPECT_EQ(answer(as("east", request("POST", "/api/v1/alerts/A-west-in/ack", "{}"))).status, 501U)
        << "nobody serves orders here";
    const auto open = [this](const std::string& where) {
        return answer(as("east", request("POST", "/api/v1/commands",
                                         R"({"action":"open","reason":"visitor",)" + where + "}")))
            .status;
    };
    EXPECT_EQ(open(R"("lane":"east-in")"), 200U);
    EXPECT_EQ(open(R"("lane":"west-in")"), 403U);
    EXPECT_EQ(open(R"("device":"barrier-1")"), 403U);
}

TEST_F(AccessTest, AGuardOfOneGateIsShownNeitherPicturesNorDevicesOfAnother)
{
    put("east", Role::guard);
    store.account_table["east"].lanes = {"east-in"};
    make();
    context.services.store = &store;
    context.services.lanes = [] {
        std::vector<config::LaneConfig> lanes(2);
        lanes[0].id = "east-in";
        lanes[0].readers = {"lpr-east"};
        lanes[1].id = "west-in";
        lanes[1].readers = {"lpr-west"};
        lanes[0].barrier_device = lanes[1].barrier_device = "relays";
        lanes[1].loop_entry.device = "loops-west";
        return lanes;
    };
    context.services.devices = [] {
        std::vector<DeviceView> all;
        for (const auto* id : {"lpr-east", "lpr-west", "loops-west", "relays", "yard-camera"})
            all.emplace_back().config.id = id;
        return all;
    };
    context.services.live_picture = [](std::string,
                                       std::string) -> asio::awaitable<base::Result<std::string>> {
        co_return std::string("\xFF\xD8 live");
    };
    const auto picture_of = [this](const std::string& lane) {
        store::Change change;
        auto& event = change.events.emplace_back();
        event.device = "lpr";
        event.device_key = "read at " + lane;
        event.lane = lane;
        event.pictures.push_back(model::Picture{.kind = "scene",
                                                .bytes = std::make_shared<const std::string>("at " + lane),
                                                .sha256 = "",
                                                .size = 0});
        return run(store.commit(std::move(change)))->at(0).entry->event.pictures.at(0).sha256;
    };
    const auto status_for = [this](const char* who, const std::string& path) {
        return answer(as(who, request("GET", "/api/v1/" + path))).status;
    };
    const auto west = picture_of("west-in");
    EXPECT_EQ(status_for("east", "media/" + picture_of("east-in")), 200U);
    EXPECT_EQ(status_for("east", "media/" + picture_of("")), 200U);
    EXPECT_EQ(status_for("east", "media/" + west), 404U);
    EXPECT_EQ(status_for("guard", "media/" + west), 200U) << "limited to no lane";
    const auto shown = json_of(answer(as("east", request("GET", "/api/v1/devices"))));
    std::vector<std::string> seen;
    for (const auto& device : shown.at("devices").as_array())
        seen.emplace_back(device.at("id").as_string());
    EXPECT_EQ(seen, (std::vector<std::string>{"lpr-east", "relays", "yard-camera"}));
    for (const auto* path : {"devices/lpr-west", "devices/lpr-west/snapshot", "devices/loops-west"})
        EXPECT_EQ(status_for("east", path), 404U) << path;
    EXPECT_EQ(status_for("east", "devices/lpr-east/snapshot"), 200U);
    EXPECT_EQ(status_for("guard", "devices/lpr-west/snapshot"), 200U);
}

TEST_F(AccessTest, TheReasonOfAListsExportStandsInTheAudit)
{
    context.services.list_export = [](ListQuery) -> asio::awaitable<base::Result<std::string>> {
        co_return std::string("plate\n");
    };
    const auto asked = request("GET", "/api/v1/lists/export?type=plate&reason=%E5%AF%B9%E8%B4%A6");
    EXPECT_EQ(answer(as("manager", asked)).status, 200U);
    ASSERT_EQ(recorded.size(), 1U);
    EXPECT_EQ(recorded[0].action, "list-export");
    EXPECT_EQ(recorded[0].detail, "对账");
}

TEST_F(AccessTest, WhoeverMayNotSeePersonsSeesThatThereIsOneAndNoMore)
{
    model::VehiclePassage vehicle;
    vehicle.plate.text = "\xe6\xb2\xaa"
                         "A12345";
    model::AccessAttempt attempt;
    attempt.person = "10086";
    model::AlertChanged told;
    told.alert.text = "\xe6\xb2\xaa"
                      "A12345 waits";
    for (const auto& body : std::initializer_list<model::Body>{vehicle, attempt, told}) {
        store::Change change;
        auto& event = change.events.emplace_back();
        event.device = "d";
        event.device_key = std::to_string(store.last_seq());
        event.body = body;
        ASSERT_TRUE(run(store.commit(std::move(change))));
    }
    context.services.store = &store;
    const auto shown = [this](const char* who) {
        return answer(as(who, request("GET", "/api/v1/events"))).body;
    };
    for (const auto* secret : {"A12345", "10086"}) {
        EXPECT_NE(shown("guard").find(secret), std::string::npos) << secret;
        EXPECT_EQ(shown("maintainer").find(secret), std::string::npos) << secret;
        EXPECT_EQ(shown("centre").find(secret), std::string::npos) << secret;
    }
    EXPECT_NE(shown("maintainer")
                  .find("A\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"
                        "45"),
              std::string::npos);
}

TEST_F(AccessTest, ThePrometheusOfThisBoxNeedsNoAccount)
{
    context.services.metrics = [] { return std::string("up 1\n"); };
    auto asked = request("GET", "/metrics");
    EXPECT_EQ(answer(asked).status, 401U);
    asked.address = "127.0.0.1";
    EXPECT_EQ(answer(asked).status, 200U);
}

TEST_F(AccessTest, TheControlSocketNeedsNoAccount)
{
    auto asked = request("GET", "/api/v1/users");
    asked.control = true;
    asked.peer = "uid 0";
    EXPECT_EQ(answer(asked).status, 200U);
}

} // namespace
} // namespace gatehouse::api
