#include "gateway/api/routes.hpp"
#include "gateway/base/time_text.hpp"
#include "tests/unit/gateway/api/server_fixture.hpp"

#include <fstream>

#include <sys/stat.h>

namespace gatehouse::api {
namespace {

TEST_F(ApiServerTest, HealthAndReadinessGiveReasons)
{
    services.readiness = [] { return Verdict{false, {"the store is not open"}}; };
    ASSERT_TRUE(start());
    EXPECT_EQ(get_status("/healthz"), 200U);
    const auto answer = over_tcp(get_text("/readyz"));
    EXPECT_EQ(status_of(answer), 503U);
    EXPECT_EQ(json_of(answer).at("reasons").at(0), "the store is not open");
}

TEST_F(ApiServerTest, EventsArePagedBySequenceNumber)
{
    for (const auto* device : {"a", "b", "a"})
        journal(device);
    ASSERT_TRUE(start());
    const auto all = json_of(over_tcp(get_text("/api/v1/events?after=1&limit=10")));
    ASSERT_EQ(all.at("events").as_array().size(), 2U);
    EXPECT_EQ(all.at("events").at(0).at("seq"), 2);
    EXPECT_EQ(all.at("last_seq"), 3);
    const auto newest = json_of(over_tcp(get_text("/api/v1/events?device=a&order=desc")));
    EXPECT_EQ(newest.at("events").at(0).at("seq"), 3);
    EXPECT_EQ(newest.at("events").as_array().size(), 2U);
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/events/2"))).at("device"), "b");
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/events/01J00000000000000000000003"))).at("seq"), 3);
    EXPECT_EQ(get_status("/api/v1/events/9"), 404U);
    EXPECT_EQ(get_status("/api/v1/events?after=x"), 400U);
    EXPECT_EQ(get_status("/api/v1/events?limit=1001"), 400U);
    EXPECT_EQ(get_status("/api/v1/events?order=up"), 400U);
}

TEST_F(ApiServerTest, AnEventIsFoundByItsIdHoweverOldItIs)
{
    journal("a");
    store::Change later;
    for (int i = 0; i < 10'001; ++i) {
        auto& event = later.events.emplace_back();
        event.id = "01J1" + std::to_string(i);
        event.device = "b";
        event.body = model::BarrierMoved{};
    }
    base::TaskGroup group(io.get_executor());
    group.spawn("commit", commit(std::move(later)));
    run_until([&] { return group.size() == 0; });
    ASSERT_TRUE(start());
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/events/01J00000000000000000000001"))).at("seq"), 1);
    EXPECT_EQ(get_status("/api/v1/events/01J00000000000000000000099"), 404U);
}

TEST_F(ApiServerTest, ErrorsAreProblemDocuments)
{
    ASSERT_TRUE(start());
    const auto answer = over_tcp(get_text("/api/v1/nothing"));
    EXPECT_NE(answer.find("Content-Type: application/problem+json"), std::string::npos);
    EXPECT_EQ(json_of(answer).at("status"), 404);
    EXPECT_EQ(get_status("/api/v1/alerts/unknown"), 404U);
    EXPECT_EQ(get_status("/metrics"), 501U); // nobody serves it here
    const auto wrong_method = over_control(post_text("/api/v1/events", ""));
    EXPECT_EQ(status_of(wrong_method), 405U);
    EXPECT_NE(wrong_method.find("Allow: GET"), std::string::npos);
    EXPECT_EQ(status_of(over_tcp("nonsense\r\n\r\n")), 400U);
}

TEST_F(ApiServerTest, ChangesAreRefusedOverTcpWithoutTouchingAnything)
{
    int reloads = 0;
    services.reload = [&]() -> asio::awaitable<ReloadOutcome> {
        ++reloads;
        ReloadOutcome outcome;
        outcome.applied = true;
        co_return outcome;
    };
    ASSERT_TRUE(start());
    for (const auto& route : routes()) {
        if (route.method != "POST" || !route.permission) continue;
        std::string target(route.path);
        std::erase_if(target, [](char c) { return c == '{' || c == '}'; }); // any name will do
        EXPECT_EQ(status_of(over_tcp(post_text(target, "{}"))), 403U) << target;
    }
    EXPECT_EQ(reloads, 0);
    EXPECT_EQ(status_of(over_control(post_text("/api/v1/config", ""))), 200U);
    EXPECT_EQ(reloads, 1);
}

TEST_F(ApiServerTest, ABadConfigurationIsAProblemWithEveryIssue)
{
    services.reload = []() -> asio::awaitable<ReloadOutcome> {
        ReloadOutcome outcome;
        outcome.issues.emplace_back("g.toml:3:1: lane: no such thing");
        co_return outcome;
    };
    ASSERT_TRUE(start());
    const auto answer = over_control(post_text("/api/v1/config", ""));
    EXPECT_NE(answer.find("Content-Type: application/problem+json"), std::string::npos);
    EXPECT_EQ(json_of(answer).at("status"), 422);
    EXPECT_EQ(json_of(answer).at("issues").at(0), "g.toml:3:1: lane: no such thing");
}

TEST_F(ApiServerTest, AForeignHostNameIsRefused)
{
    ASSERT_TRUE(start());
    const auto answer =
        over_tcp("GET /healthz HTTP/1.1\r\nHost: evil.example:8080\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(status_of(answer), 421U);
}

TEST_F(ApiServerTest, ACommandIsCarriedOutAndItsOutcomeIsTheAnswer)
{
    std::vector<model::Command> orders;
    services.next_id = [] { return std::string("01ID"); };
    services.lanes = [] {
        config::LaneConfig walk;
        walk.id = "walk";
        walk.vehicle = false;
        return std::vector<config::LaneConfig>{walk};
    };
    services.run_command = [&](model::Command order) -> asio::awaitable<model::Outcome> {
        orders.push_back(std::move(order));
        model::Outcome outcome;
        outcome.status = model::Status::confirmed;
        outcome.text = "open";
        co_return outcome;
    };
    ASSERT_TRUE(start());
    const auto answer = over_control(post_text(
        "/api/v1/commands", R"({"action":"open","lane":"east-in","reason":"visitor","operator":"wang"})"));
    EXPECT_EQ(json_of(answer).at("status"), "confirmed");
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].action, model::Action::barrier_open);
    EXPECT_EQ(orders[0].lane, "east-in");
    EXPECT_EQ(orders[0].id, "01ID");
    EXPECT_EQ(orders[0].expires, clock.wall() + 30s);
    over_control(
        post_text("/api/v1/commands", R"({"action":"open","lane":"walk","reason":"x","operator":"wang"})"));
    ASSERT_EQ(orders.size(), 2U);
    EXPECT_EQ(orders[1].action, model::Action::door_open);
    for (const auto* bad :
         {R"({"action":"fly","operator":"w"})", R"({"action":"open","operator":"w","reason":"r"})",
          R"({"action":"open","lane":"a","operator":"w"})", R"({"action":"open","lane":"a","reason":"r"})",
          R"({"action":"open","lane":"a","reason":"r","operator":"w","expires_in_s":301})", "[]", "{"})
        EXPECT_EQ(status_of(over_control(post_text("/api/v1/commands", bad))), 400U) << bad;
    EXPECT_EQ(orders.size(), 2U);
}

TEST_F(ApiServerTest, ShowsTheOccupancyAndTakesAPersonsWordForIt)
{
    Occupied occupied;
    occupied.spaces = 120;
    occupied.inside.vehicles = 130;
    services.occupancy = [&] { return occupied; };
    services.occupancy_set = [&](passage::Correction word) -> asio::awaitable<base::Result<Occupied>> {
        occupied.inside.vehicles = word.vehicles.value_or(occupied.inside.vehicles);
        occupied.inside.corrected_by = word.actor;
        co_return occupied;
    };
    ASSERT_TRUE(start());
    const auto shown = json_of(over_tcp(get_text("/api/v1/occupancy")));
    EXPECT_EQ(shown.at("vehicles"), 130);
    EXPECT_EQ(shown.at("free"), 0) << "more vehicles than spaces";
    const auto set = [&](const char* body) { return over_control(post_text("/api/v1/occupancy", body)); };
    EXPECT_EQ(json_of(set(R"({"operator":"li","vehicles":40})")).at("free"), 80);
    for (const auto* wrong :
         {R"({"vehicles":40})", R"({"operator":"li"})", R"({"operator":"li","vehicles":-1})",
          R"({"operator":"li","vehicles":"many"})", "[]"})
        EXPECT_EQ(status_of(set(wrong)), 400U) << wrong;
}

TEST_F(ApiServerTest, WhoeverAsksAgainForWhatHeHasIsToldThatItIsTheSame)
{
    Occupied occupied;
    services.occupancy = [&] { return occupied; };
    ASSERT_TRUE(start());
    const auto ask = [this](const std::string& known) {
        return over_tcp("GET /api/v1/occupancy HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + known +
                        "\r\nConnection: close\r\n\r\n");
    };
    const auto first = ask("\"none\"");
    ASSERT_EQ(status_of(first), 200U);
    const auto begin = first.find("ETag: ") + 6;
    const auto known = first.substr(begin, first.find("\r\n", begin) - begin);
    const auto again = ask(known);
    EXPECT_EQ(status_of(again), 304U);
    EXPECT_TRUE(again.ends_with("\r\n\r\n"));
    EXPECT_NE(again.find("\r\nETag: " + known), std::string::npos);
    EXPECT_NE(again.find("\r\nCache-Control: no-store"), std::string::npos) << "nothing stays on a disk";
    occupied.inside.vehicles = 3;
    const auto changed = ask(known);
    EXPECT_EQ(status_of(changed), 200U);
    EXPECT_EQ(json_of(changed).at("vehicles"), 3);
    EXPECT_EQ(over_tcp(get_text("/api/v1/nothing")).find("ETag: "), std::string::npos);
    EXPECT_EQ(over_control(post_text("/api/v1/occupancy", "{}")).find("ETag: "), std::string::npos);
}

TEST_F(ApiServerTest, ARouteTestIsAskedWithEverythingOrNothing)
{
    std::vector<RouteQuestion> asked;
    services.alert_route = [&](const RouteQuestion& question) {
        asked.push_back(question);
        return std::string("{}");
    };
    ASSERT_TRUE(start());
    EXPECT_EQ(status_of(over_control(get_text("/api/v1/alerts/route-test"))), 200U);
    EXPECT_EQ(status_of(over_control(get_text(
                  "/api/v1/alerts/route-test?severity=1&kind=duress&role=manager&at=2026-01-05T23:00:00Z"))),
              200U);
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(asked[0].severity, 3);
    EXPECT_EQ(asked[0].at, clock.wall());
    EXPECT_EQ(asked[1].kind, "duress");
    EXPECT_EQ(asked[1].role, "manager");
    EXPECT_EQ(asked[1].at, base::parse_time("2026-01-05T23:00:00Z", 0min)->time);
    for (const auto* bad : {"severity=0", "severity=x", "role=boss", "at=soon"})
        EXPECT_EQ(status_of(over_control(get_text(std::string("/api/v1/alerts/route-test?") + bad))), 400U)
            << bad;
}

TEST_F(ApiServerTest, AlertsAreShownAcknowledgedAndClosed)
{
    model::Alert alert;
    alert.id = "A1";
    alert.kind = "tamper";
    alert.raised_at = clock.wall();
    store.alert_table["A1"] = alert;
    model::AlertStep step;
    step.alert = "A1";
    step.seq = 1;
    store.alert_step_table[{"A1", 1}] = step;
    std::vector<alert::Order> orders;
    services.alert_order = [&](alert::Order order) -> asio::awaitable<base::Result<model::Alert>> {
        orders.push_back(order);
        if (order.verb == "close") co_return base::Errc::conflict;
        if (order.role == model::Role::guard) co_return base::Errc::unauthorised;
        auto changed = alert;
        changed.actor = order.actor;
        co_return changed;
    };
    ASSERT_TRUE(start());
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/alerts?open=1"))).at("alerts").at(0).at("alert_id"), "A1");
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/alerts/A1"))).at("transitions").at(0).at("to"), "raised");
    const auto act = [this](const std::string& verb, const std::string& body) {
        return over_control(post_text("/api/v1/alerts/A1/" + verb, body));
    };
    EXPECT_EQ(json_of(act("ack", R"({"operator":"li"})")).at("actor"), "li");
    EXPECT_EQ(orders.back().role, model::Role::manager);
    EXPECT_EQ(status_of(act("close", R"({"operator":"li","result":"real"})")), 409U);
    EXPECT_EQ(orders.back().result, "real");
    EXPECT_EQ(status_of(act("suspend", R"({"operator":"li","note":"part","role":"guard"})")), 403U);
    const auto asked = orders.size();
    for (const auto* bad :
         {"{}", R"({"operator":"li","result":"maybe"})", R"({"operator":"li","role":"system"})", "["})
        EXPECT_EQ(status_of(act("close", bad)), 400U) << bad;
    EXPECT_EQ(status_of(act("reject", R"({"operator":"li"})")), 400U) << "without a reason";
    EXPECT_EQ(status_of(act("order", R"({"operator":"li"})")), 400U) << "without a number";
    EXPECT_EQ(status_of(act("dance", R"({"operator":"li"})")), 404U);
    EXPECT_EQ(orders.size(), asked);
}

TEST_F(ApiServerTest, SilencesAndHandoversAreMadeAndListed)
{
    std::vector<model::Silence> made;
    services.silence = [&](model::Silence wanted) -> asio::awaitable<base::Result<model::Silence>> {
        made.push_back(wanted);
        store.silence_table["S1"] = wanted;
        co_return wanted;
    };
    services.hand_over = [&](std::string author,
                             std::string text) -> asio::awaitable<base::Result<model::Handover>> {
        model::Handover note;
        note.author = std::move(author);
        note.text = std::move(text);
        store.handover_table.push_back(note);
        co_return note;
    };
    ASSERT_TRUE(start());
    over_control(
        post_text("/api/v1/silences", R"({"operator":"li","reason":"r","device":"d","minutes":60})"));
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].until, clock.wall() + 60min);
    for (const auto* bad :
         {R"({"operator":"li","reason":"r","minutes":60})", R"({"reason":"r","kind":"k","minutes":1})",
          R"({"operator":"li","reason":"r","kind":"k"})",
          R"({"operator":"li","reason":"r","kind":"k","minutes":43201})"})
        EXPECT_EQ(status_of(over_control(post_text("/api/v1/silences", bad))), 400U) << bad;
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/silences"))).at("silences").at(0).at("author"), "li");
    over_control(post_text("/api/v1/handovers", R"({"operator":"li","text":"keys"})"));
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/handovers"))).at("handovers").at(0).at("text"), "keys");
    EXPECT_EQ(status_of(over_control(post_text("/api/v1/handovers", R"({"operator":"li"})"))), 400U);
}

TEST_F(ApiServerTest, AReportHasCountsBesideItsRatesAndNoValueWithoutADenominator)
{
    services.site = "zjd";
    services.report = [](std::string month) -> asio::awaitable<base::Result<alert::KpiReport>> {
        if (month == "soon") co_return base::Errc::bad_input;
        alert::KpiReport made;
        alert::KpiRow row;
        row.closing.part = 3;
        row.closing.whole = 4;
        made.rows.push_back(row);
        co_return made;
    };
    ASSERT_TRUE(start());
    const auto report = json_of(over_tcp(get_text("/api/v1/report?month=2026-01")));
    EXPECT_EQ(report.at("site"), "zjd");
    const auto& row = report.at("kinds").at(0);
    EXPECT_EQ(row.at("kind"), "all");
    EXPECT_EQ(row.at("closing").at("rate"), 0.75);
    EXPECT_EQ(row.at("closing").at("whole"), 4);
    EXPECT_TRUE(row.at("on_time").at("rate").is_null());
    EXPECT_TRUE(row.at("resolve").at("mean_s").is_null());
    EXPECT_EQ(status_of(over_tcp(get_text("/api/v1/report?month=soon"))), 400U);
}

TEST_F(ApiServerTest, DevicesNeverShowTheirPassword)
{
    services.devices = [] {
        DeviceView view;
        view.config.id = "cam";
        view.config.password = base::Secret("hunter2");
        return std::vector<DeviceView>{view};
    };
    ASSERT_TRUE(start());
    const auto answer = over_control(get_text("/api/v1/devices/cam"));
    EXPECT_EQ(json_of(answer).at("id"), "cam");
    EXPECT_EQ(answer.find("hunter2"), std::string::npos);
    EXPECT_EQ(get_status("/api/v1/devices/other"), 404U);
}

TEST_F(ApiServerTest, PicturesAreFoundByTheirHashAndNothingElse)
{
    const std::string hash(64, 'a');
    store.pictures[hash] = "\xFF\xD8picture";
    ASSERT_TRUE(start());
    EXPECT_NE(over_tcp(get_text("/api/v1/media/" + hash)).find("picture"), std::string::npos);
    EXPECT_EQ(get_status("/api/v1/media/..%2F..%2Fetc%2Fpasswd"), 400U);
    EXPECT_EQ(get_status("/api/v1/media/" + std::string(64, 'b')), 404U);
}

TEST_F(ApiServerTest, AListFileWithErrorsIsReportedLineByLine)
{
    std::string csv;
    services.list_import = [&](ListOrder order) -> asio::awaitable<base::Result<ListOutcome>> {
        csv = std::move(order.csv);
        ListOutcome outcome;
        ListError error;
        error.line = 3;
        error.text = "no such lane";
        outcome.errors.push_back(error);
        co_return outcome;
    };
    ASSERT_TRUE(start());
    const std::string big(200'000, 'x');
    const auto answer =
        over_control(post_text("/api/v1/lists/import?type=plate&list=resident&operator=li", big));
    EXPECT_EQ(status_of(answer), 422U);
    EXPECT_NE(answer.find("Content-Type: application/problem+json"), std::string::npos);
    EXPECT_EQ(json_of(answer).at("title"), "Unprocessable Entity");
    EXPECT_EQ(json_of(answer).at("errors").at(0).at("line"), 3);
    EXPECT_EQ(csv, big);
    EXPECT_EQ(status_of(over_tcp(post_text("/api/v1/lists/import", big))), 413U);
}

TEST_F(ApiServerTest, AFaceGoesOutOnlyAsAPictureOfSomebodyWhoAgrees)
{
    std::string sent;
    services.face_enrol =
        [&](std::string person, std::string picture,
            std::string) -> asio::awaitable<base::Result<std::vector<access::ListSync::Enrolment>>> {
        if (person == "10087") co_return base::Errc::unauthorised;
        if (person == "10088") co_return base::Errc::not_found;
        sent = std::move(picture);
        std::vector<access::ListSync::Enrolment> enrolments(1);
        enrolments[0].device = "face-east";
        enrolments[0].done = true;
        co_return enrolments;
    };
    ASSERT_TRUE(start());
    const auto enrol = [this](const std::string& query, const std::string& body) {
        return over_control(post_text("/api/v1/lists/enrol?operator=li" + query, body));
    };
    const std::string face = "\xff\xd8\xff face";
    EXPECT_EQ(status_of(enrol("", face)), 400U);
    EXPECT_EQ(status_of(enrol("&person=10086", "GIF89a")), 400U);
    EXPECT_EQ(status_of(enrol("&person=10087", face)), 409U);
    EXPECT_EQ(status_of(enrol("&person=10088", face)), 404U);
    EXPECT_EQ(sent, "");
    EXPECT_EQ(json_of(enrol("&person=10086", face)).at("terminals").at(0).at("device"), "face-east");
    EXPECT_EQ(sent, face);
}

TEST_F(ApiServerTest, AnUndoNamesItsListAndSaysWhenThereIsNothingEarlier)
{
    services.list_undo = [](ListUndo undo) -> asio::awaitable<base::Result<ListOutcome>> {
        if (undo.to == 7) co_return base::Errc::not_found;
        ListOutcome outcome;
        outcome.imported = true;
        outcome.restored = 2;
        outcome.previews.resize(1);
        outcome.previews[0].list = undo.type + "/" + undo.list;
        outcome.previews[0].removed = {"沪A12345"};
        outcome.previews[0].removed_count = 1;
        co_return outcome;
    };
    ASSERT_TRUE(start());
    const auto undo = [this](const std::string& query) {
        return over_control(post_text("/api/v1/lists/undo?operator=li" + query, ""));
    };
    EXPECT_EQ(status_of(undo("&type=plate")), 400U);
    EXPECT_EQ(status_of(undo("&type=plate&list=resident&to=7")), 404U);
    const auto done = json_of(undo("&type=plate&list=resident"));
    EXPECT_EQ(done.at("restored"), 2);
    EXPECT_EQ(done.at("changes").at(0).at("removed").at(0), "沪A12345");
}

TEST_F(ApiServerTest, ABackupIsSentPieceByPieceAndCutShortWhenOneCannotBeRead)
{
    int left = 3;
    services.backup = [&]() -> asio::awaitable<base::Result<LongBody>> {
        LongBody body;
        body.size = 30;
        body.next = [&]() -> asio::awaitable<base::Result<std::string>> {
            if (left-- == 0) co_return base::Errc::failed;
            co_return std::string(10, 'x');
        };
        co_return body;
    };
    ASSERT_TRUE(start());
    EXPECT_TRUE(over_control(post_text("/api/v1/backup", "")).ends_with("\r\n\r\n" + std::string(30, 'x')));
    left = 1;
    const auto cut = over_control(post_text("/api/v1/backup", ""));
    EXPECT_NE(cut.find("Content-Length: 30"), std::string::npos);
    EXPECT_TRUE(cut.ends_with("\r\n\r\n" + std::string(10, 'x')));
}

TEST_F(ApiServerTest, TheDescriptionsAreServed)
{
    ASSERT_TRUE(start());
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/openapi.json"))).at("openapi"), "3.1.0");
    EXPECT_EQ(json_of(over_tcp(get_text("/api/v1/asyncapi.json"))).at("asyncapi"), "3.0.0");
}

TEST_F(ApiServerTest, ThePermissionOfTheControlSocketIsForOwnerAndGroup)
{
    ASSERT_TRUE(start());
    struct stat facts {};
    ASSERT_EQ(::stat(options.control_socket.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0660U);
}

TEST_F(ApiServerTest, ASocketLeftBehindIsReplacedAndALiveOneIsRespected)
{
    {
        Local::acceptor dead(io, Local::endpoint(options.control_socket));
    }
    ASSERT_TRUE(std::filesystem::exists(options.control_socket));
    ASSERT_TRUE(start());
    Server second(io.get_executor(), clock, metrics, options, services);
    EXPECT_EQ(second.start().error(), base::Errc::already_exists);
    EXPECT_EQ(status_of(over_control(get_text("/healthz"))), 200U);
}

TEST_F(ApiServerTest, IdleClientsOverTcpDoNotKeepTheControlSocketShut)
{
    options.connections_max = 2;
    ASSERT_TRUE(start());
    std::vector<tcp::socket> idle;
    for (std::size_t i = 0; i < options.connections_max; ++i)
        idle.emplace_back(io).connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), server->port()));
    EXPECT_EQ(over_tcp(get_text("/healthz")), "");
    EXPECT_EQ(status_of(over_control(get_text("/healthz"))), 200U);
}

TEST_F(ApiServerTest, AFileThatIsNoSocketIsLeftAlone)
{
    std::ofstream(options.control_socket) << "precious";
    Server other(io.get_executor(), clock, metrics, options, services);
    EXPECT_EQ(other.start().error(), base::Errc::bad_input);
    EXPECT_TRUE(std::filesystem::exists(options.control_socket));
    ::unlink(options.control_socket.c_str());
}

TEST_F(ApiServerTest, OnlyLoopbackIsServed)
{
    options.host = "0.0.0.0";
    Server open(io.get_executor(), clock, metrics, options, services);
    EXPECT_EQ(open.start().error(), base::Errc::bad_input);
}

class ApiAuditTest : public ApiServerTest {
protected:
    ApiAuditTest()
    {
        services.record = [this](audit::Record record) { return keep(std::move(record)); };
        services.record_refusal = [this](audit::Record record) { refusals.push_back(std::move(record)); };
        store.pictures[hash] = "\xFF\xD8 a face";
    }
    asio::awaitable<base::Result<void>> keep(audit::Record record)
    {
        if (takes_nothing) co_return base::Errc::disk_full;
        recorded.push_back(std::move(record));
        co_return base::Result<void>();
    }

    const std::string hash = std::string(64, 'a');
    std::vector<audit::Record> recorded;
    std::vector<audit::Record> refusals;
    bool takes_nothing = false;
};

TEST_F(ApiAuditTest, RecordsWhoSawAPictureByTheWordOfTheKernel)
{
    ASSERT_TRUE(start());
    EXPECT_EQ(status_of(over_control(get_text("/api/v1/media/" + hash + "?operator=li"))), 200U);
    ASSERT_EQ(recorded.size(), 1U);
    EXPECT_EQ(recorded[0].actor, "li (uid " + std::to_string(::getuid()) + ")");
    EXPECT_EQ(recorded[0].action, "picture-view");
    EXPECT_EQ(recorded[0].target, hash);
    EXPECT_EQ(recorded[0].result, "done");
    EXPECT_EQ(get_status("/api/v1/media/" + std::string(64, 'b')), 404U);
    EXPECT_EQ(recorded.at(1).actor, "tcp");
    EXPECT_EQ(recorded.at(1).result, "refused: 404");
}

TEST_F(ApiAuditTest, HandsNothingOutThatItCannotRecord)
{
    takes_nothing = true;
    ASSERT_TRUE(start());
    const auto answer = over_tcp(get_text("/api/v1/media/" + hash));
    EXPECT_EQ(status_of(answer), 503U);
    EXPECT_EQ(answer.find("a face"), std::string::npos);
}

TEST_F(ApiAuditTest, RecordsChangesThatAreRefusedOverTcp)
{
    ASSERT_TRUE(start());
    EXPECT_EQ(status_of(over_tcp(post_text("/api/v1/backup", "{}"))), 403U);
    ASSERT_EQ(refusals.size(), 1U);
    EXPECT_EQ(refusals[0].action, "api-refused");
    EXPECT_EQ(refusals[0].target, "POST /api/v1/backup");
    EXPECT_TRUE(recorded.empty());
}

TEST_F(ApiAuditTest, ListsAndVerifiesTheAudit)
{
    store.audit_table.push_back({.at = clock.wall(),
                                 .actor = "li",
                                 .action = "ping",
                                 .target = "gateway",
                                 .detail = "p1",
                                 .result = "done"});
    store.audit_report.faults = {{5, "row 5 was changed"}};
    store.audit_report.faults_total = 1;
    ASSERT_TRUE(start());
    const auto listed = json_of(over_tcp(get_text("/api/v1/audit?order=desc&limit=5")));
    EXPECT_EQ(listed.at("rows").at(0).at("action"), "ping");
    EXPECT_EQ(get_status("/api/v1/audit?limit=0"), 400U);
    const auto report = json_of(over_tcp(get_text("/api/v1/audit/verify")));
    EXPECT_EQ(report.at("whole"), false);
    EXPECT_EQ(report.at("faults").at(0).at("text"), "row 5 was changed");
    EXPECT_EQ(get_status("/api/v1/audit/verify?head=nonsense"), 400U);
}

} // namespace
} // namespace gatehouse::api
