// The simulator itself: what it claims to be must hold before anything is proved with it.
#include "tests/fakes/manual_clock.hpp"
#include "tests/sim/control.hpp"
#include "tests/sim/isapi/device.hpp"
#include "tests/sim/isapi/device_table.hpp"
#include "tests/sim/site.hpp"
#include "tests/sim/text.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gatehouse::sim::isapi {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// RFC 7616 section 3.9.1.
DigestAnswer rfc_answer(Algorithm algorithm)
{
    DigestAnswer answer;
    answer.algorithm = algorithm;
    answer.username = "Mufasa";
    answer.realm = "http-auth@example.org";
    answer.nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    answer.uri = "/dir/index.html";
    answer.qop = "auth";
    answer.nc = "00000001";
    answer.cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    return answer;
}

TEST(SimulatedLogin, ComputesTheVectorsOfRfc7616)
{
    EXPECT_EQ(expected_response(rfc_answer(Algorithm::md5), "Circle of Life", "GET"),
              "8ca523f5e9506fed4657c9700eebdbec");
    EXPECT_EQ(expected_response(rfc_answer(Algorithm::sha256), "Circle of Life", "GET"),
              "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

class SimulatedGuard : public testing::Test {
protected:
    // A log-in to the SHA-256 challenge of a fresh pair of challenges.
    std::string authorization(const std::string& password, const std::string& nc)
    {
        DigestAnswer answer;
        answer.algorithm = Algorithm::sha256;
        answer.username = "admin";
        answer.realm = "IP Camera";
        answer.nonce = nonce;
        answer.uri = "/x";
        answer.qop = "auth";
        answer.nc = nc;
        answer.cnonce = "0a4f113b";
        return "Digest username=\"admin\", realm=\"IP Camera\", nonce=\"" + nonce +
               "\", uri=\"/x\", algorithm=SHA-256, qop=auth, nc=" + nc +
               ", cnonce=\"0a4f113b\", response=\"" + expected_response(answer, password, "GET") + "\"";
    }
    void take_nonce()
    {
        const std::string both = guard.challenges(false);
        nonce = between(both.substr(both.find("\r\n")), "nonce=\"", "\"");
    }
    Admission try_login(const std::string& password, const std::string& nc)
    {
        return guard.check(authorization(password, nc), "GET", "/x", "192.0.2.9");
    }

    fakes::ManualClock clock;
    base::Random random{1};
    Switches switches;
    DigestGuard guard{clock, random, switches, "admin", "secret", "IP Camera"};
    std::string nonce;
};

TEST_F(SimulatedGuard, SendsTwoChallengesAndAdmitsTheRightAnswerOnceForEachCounter)
{
    take_nonce();
    EXPECT_EQ(try_login("secret", "00000001"), Admission::admitted);
    EXPECT_EQ(try_login("secret", "00000002"), Admission::admitted);
    EXPECT_EQ(try_login("secret", "00000002"), Admission::stale);
}

TEST_F(SimulatedGuard, CallsANonceStaleAfterItsLife)
{
    take_nonce();
    clock.advance(301s);
    EXPECT_EQ(try_login("secret", "00000001"), Admission::stale);
}

TEST_F(SimulatedGuard, LocksTheAddressAfterFiveFailuresAndOpensAgain)
{
    take_nonce();
    for (int n = 1; n < 5; ++n)
        EXPECT_EQ(try_login("wrong", "0000000" + std::to_string(n)), Admission::wrong);
    EXPECT_EQ(try_login("wrong", "00000005"), Admission::locked);
    EXPECT_EQ(try_login("secret", "00000006"), Admission::locked);
    EXPECT_THAT(guard.user_check("192.0.2.9", false), HasSubstr("<lockStatus>lock</lockStatus>"));
    clock.advance(1801s);
    take_nonce();
    EXPECT_EQ(try_login("secret", "00000007"), Admission::admitted);
}

TEST(SimulatedEstate, NamesThePlaceOfAMistake)
{
    const std::string text = "[[camera]]\nid = \"a\"\nheartbeat = \"often\"\n";
    try {
        (void)parse_estate(text, "estate.toml"); // only the exception matters
        FAIL() << "the mistake was accepted";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("estate.toml:3:13: heartbeat cannot be often"));
    }
}

TEST(SimulatedEstate, TellsTimesOfTheDay)
{
    EXPECT_EQ(parse_moment("07:30"), Span(7h + 30min));
    EXPECT_EQ(parse_moment("23:59:58"), Span(23h + 59min + 58s));
    EXPECT_EQ(parse_moment("90s"), Span(90s));
    for (const auto* wrong : {"24:00", "07:60", "7:30", "07:30:", "07", "07:30:15:00", "07:3x"})
        EXPECT_FALSE(parse_moment(wrong)) << wrong;
}

TEST(SimulatedEstate, SaysNumbersInTurnAndCommandsToo)
{
    const auto estate = parse_estate("[[event]]\ndevice=\"a\"\nat=\"06:30\"\nevery=\"10s\"\ncount=4\n"
                                     "type=\"plate\"\ntext=\"沪A{20001..20003}\"\n"
                                     "[[event]]\ndevice=\"a\"\nat=\"07:00\"\ncommand=\"mute on\"\n",
                                     "estate");
    const auto& cars = estate.script.at(0);
    EXPECT_EQ(cars.time_of(2), Span(6h + 30min + 20s));
    EXPECT_THAT(cars.words_of(0), ElementsAre("plate", "沪A20001"));
    EXPECT_THAT(cars.words_of(2), ElementsAre("plate", "沪A20003"));
    EXPECT_THAT(cars.words_of(3), ElementsAre("plate", "沪A20001"));
    EXPECT_EQ(estate.script.at(1).verb, "mute");
    EXPECT_THAT(estate.script.at(1).words_of(0), ElementsAre("on"));
}

TEST(SimulatedEstate, TakesAScriptUpInTheMiddle)
{
    auto estate = parse_estate(
        "[[event]]\ndevice=\"a\"\nat=\"06:30\"\nevery=\"10s\"\ncount=4\ntype=\"plate\"\n", "estate");
    begin_at(estate, 6h + 30min + 15s);
    EXPECT_EQ(estate.script.front().first, 2U);
    EXPECT_EQ(estate.script.front().time_of(2), Span(5s));
}

TEST(SimulatedEstate, MultipliesOneTableIntoManyDevices)
{
    const auto devices = devices_of(toml::parse("id=\"lpr-{n}\"\ncount=3\nlisten=\"127.0.0.1:9000\"\n"
                                                "push=\"http://127.0.0.1:8090/push/{id}\"\nrate=\"6/m\"\n"));
    ASSERT_EQ(devices.size(), 3U);
    EXPECT_EQ(devices[2].id, "lpr-3");
    EXPECT_EQ(devices[2].port, 9002);
    EXPECT_EQ(devices[2].push, "http://127.0.0.1:8090/push/lpr-3");
    EXPECT_DOUBLE_EQ(devices[2].rate, 0.1);
}

TEST(SimulatedHosts, ChangesOnlyTheSlotsNamedInTheList)
{
    Hosts hosts;
    Host other;
    other.address = "192.0.2.7";
    other.port = 99;
    other.url = "/other";
    hosts.set(1, other);
    const int code =
        hosts.put("<h:HttpHostNotificationList xmlns:h=\"x\"><h:HttpHostNotification><h:id>1</h:id>"
                  "<h:url>/push/a?x=1&amp;y=2</h:url><h:ipAddress>127.0.0.1</h:ipAddress>"
                  "<h:portNo>8090</h:portNo></h:HttpHostNotification></h:HttpHostNotificationList>",
                  std::nullopt);
    EXPECT_EQ(code, 1);
    EXPECT_EQ(hosts.all()[0].url, "/push/a?x=1&y=2");
    EXPECT_EQ(hosts.all()[0].port, 8090);
    EXPECT_EQ(hosts.all()[1], other);
    EXPECT_EQ(hosts.put("<oops", std::nullopt), 5);
}

TEST(SimulatedPush, CountsItsBytesWithPicturesBeforeTheEvent)
{
    Switches switches;
    switches.picture_bytes = 5000;
    switches.reorder_parts = true;
    Payload payload;
    payload.text = "<a/>";
    payload.pictures = true;
    const auto host = parse_host("http://127.0.0.1:8090/push/a");
    ASSERT_TRUE(host);
    const std::string text = PushRequest(*host, payload, switches, true, true).text();
    const auto head = text.find("\r\n\r\n");
    EXPECT_EQ(std::stoul(between(text, "Content-Length: ", "\r\n")), text.size() - head - 4);
    EXPECT_LT(text.find("image/jpeg"), text.find("<a/>"));
    EXPECT_THAT(text, HasSubstr("Content-Length: 5000\r\n"));
}

TEST(SimulatedPush, SendsTheBareBytesWithoutHttp)
{
    Switches switches;
    switches.push_raw = true;
    Payload payload;
    payload.text = "<a/>";
    const auto host = parse_host("http://127.0.0.1:8090/push/a");
    ASSERT_TRUE(host);
    EXPECT_EQ(PushRequest(*host, payload, switches, true, true).text(), "<a/>");
}

TEST(SimulatedPayload, MarksWhatIsToldLateInTheWordsOfItsKind)
{
    DeviceConfig config;
    config.id = "a";
    const Payloads payloads(config);
    Record record;
    record.late = true;
    const Switches switches;
    for (const auto type : {Type::plate, Type::motion}) {
        record.type = type;
        EXPECT_THAT(payloads.render(record, switches).text,
                    HasSubstr("<isDataRetransmission>true</isDataRetransmission>"));
    }
    record.type = Type::face;
    EXPECT_THAT(payloads.render(record, switches).text, HasSubstr("\"currentEvent\":\tfalse"));
}

TEST(SimulatedPicture, HasTheSizeAskedForAndBothMarkers)
{
    for (const std::size_t size : {std::size_t{500}, std::size_t{60'000}, std::size_t{150'001}}) {
        const auto bytes = picture(size);
        EXPECT_EQ(bytes->size(), size);
        EXPECT_EQ(bytes->substr(0, 2), "\xff\xd8");
        EXPECT_EQ(bytes->substr(bytes->size() - 2), "\xff\xd9");
    }
}

TEST(SimulatedPicture, ShowsTheCarOfItsOwnEventWhereScenesAreDrawn)
{
    DeviceConfig config;
    config.id = "a";
    const Payloads payloads(config);
    Switches switches;
    switches.picture_bytes = 5000;
    switches.scenes = true;
    Record record;
    record.text = "沪A12345";
    const auto one = payloads.render(record, switches);
    record.text = "沪B67890";
    const auto other = payloads.render(record, switches);
    ASSERT_EQ(one.drawn.size(), 2U);
    EXPECT_EQ(picture_of(one, 0, switches)->substr(0, 2), "\xff\xd8");
    EXPECT_NE(*picture_of(one, 0, switches), *picture_of(other, 0, switches));
    EXPECT_NE(*picture_of(one, 1, switches), *picture_of(other, 1, switches));
    EXPECT_NE(*picture_of(one, 0, switches), *picture_of(one, 1, switches));
}

TEST(SimulatedClock, StampsAWrongZoneWithoutMovingTheDigits)
{
    Switches switches;
    const base::WallTime noon{std::chrono::milliseconds(1'767'225'600'123)}; // 2026-01-01T00:00:00.123Z
    EXPECT_EQ(Payloads::device_time(noon, switches, true), "2026-01-01T08:00:00.123+08:00");
    switches.zone_stamp = "+00:00";
    EXPECT_EQ(Payloads::device_time(noon, switches, false), "2026-01-01T08:00:00+00:00");
    switches.zone_stamp = "none";
    switches.clock_skew = -3600s;
    EXPECT_EQ(Payloads::device_time(noon, switches, false), "2026-01-01T07:00:00");
}

// A site on real loopback sockets and a client that writes bytes by hand.
class SimulatedSite : public testing::Test {
protected:
    void run(const std::string& estate, std::function<asio::awaitable<void>(SimulatedSite&)> scene)
    {
        Ground ground{io.get_executor(), clock, oracle};
        site = std::make_unique<Site>(ground, parse_estate(estate, "estate"));
        base::TaskGroup group(io.get_executor(), [](const std::string& task, std::exception_ptr) {
            ADD_FAILURE() << "task failed: " << task;
        });
        site->start();
        group.spawn("scene", play(std::move(scene)));
        io.run();
    }
    asio::awaitable<void> play(std::function<asio::awaitable<void>(SimulatedSite&)> scene)
    {
        co_await scene(*this);
        co_await site->stop();
    }
    std::uint16_t port()
    {
        return static_cast<std::uint16_t>(std::stoul(between(site->ports()[0], "\"port\":", "}")));
    }
    asio::awaitable<std::string> exchange(std::string request, std::string until)
    {
        Tcp::socket socket(io);
        const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port());
        co_await socket.async_connect(endpoint, asio::use_awaitable);
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        std::string answer;
        auto into = asio::dynamic_buffer(answer);
        co_await asio::async_read_until(socket, into, until, asio::use_awaitable);
        co_return answer;
    }

    asio::io_context io{1};
    base::SystemClock clock;
    const std::string oracle_path =
        testing::TempDir() + "gatehouse-sim-test-" + std::to_string(::getpid()) + ".jsonl";
    Oracle oracle{oracle_path};
    std::unique_ptr<Site> site;
    std::string heard;
    std::string refused;

    static asio::awaitable<void> read_stream(SimulatedSite& test)
    {
        std::string request = "GET /ISAPI/Event/notification/alertStream HTTP/1.1\r\n\r\n";
        std::string until = "</ANPR>";
        const std::string answer = co_await test.exchange(std::move(request), std::move(until));
        EXPECT_THAT(answer, HasSubstr("Content-Type: multipart/mixed; boundary=hikboundary\r\n"));
        const auto head = answer.find("\r\n\r\n") + 4;
        const auto beat = answer.find("\r\n\r\n", head) + 4;
        const auto size = std::stoul(between(answer.substr(head), "Content-Length: ", "\r\n"));
        EXPECT_THAT(answer.substr(beat, size), HasSubstr("<eventType>videoloss</eventType>"));
        EXPECT_EQ(answer.substr(beat + size, 15), "\r\n--hikboundary");
    }
    // A question for a challenge, and a log-in of a kind that the device does not take.
    static asio::awaitable<void> log_in_wrongly(SimulatedSite& test)
    {
        for (const std::string login : {"", "Authorization: Basic eDp5\r\n"}) {
            std::string request = "GET /ISAPI/System/deviceInfo HTTP/1.1\r\n" + login + "\r\n";
            std::string until = "</userCheck>";
            const std::string answer = co_await test.exchange(std::move(request), std::move(until));
            EXPECT_THAT(answer, HasSubstr("HTTP/1.1 401"));
        }
        EXPECT_THAT(test.site->command("stats a"), HasSubstr("\"unauthorised\":1,"));
    }
    static asio::awaitable<void> ask_for_plates(SimulatedSite& test)
    {
        EXPECT_EQ(test.site->command("emit a pass 沪A12345 count=2"), "ok");
        const std::string body = "<AfterTime><picTime>20200101T0000000000</picTime></AfterTime>";
        std::string request = "POST /ISAPI/Traffic/channels/1/vehicleDetect/plates HTTP/1.1\r\n"
                              "Content-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body;
        std::string until = "</Plates>";
        test.heard = co_await test.exchange(std::move(request), std::move(until));
    }
    // What a listener gets who comes after an event nobody heard; a second listener beside it is refused.
    static asio::awaitable<void> listen_late(SimulatedSite& test)
    {
        EXPECT_EQ(test.site->command("emit a plate 沪A12345"), "ok");
        const std::string request = "GET /ISAPI/Event/notification/alertStream HTTP/1.1\r\n\r\n";
        Tcp::socket socket(test.io);
        const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), test.port());
        co_await socket.async_connect(endpoint, asio::use_awaitable);
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        auto into = asio::dynamic_buffer(test.heard);
        co_await asio::async_read_until(socket, into, "</EventNotificationAlert>\n<?xml",
                                        asio::use_awaitable);
        std::string second = request;
        std::string until = "</ResponseStatus>";
        test.refused = co_await test.exchange(std::move(second), std::move(until));
    }
    static asio::awaitable<void> command_barrier(SimulatedSite& test)
    {
        const std::string body = "<BarrierGate><ctrlMode>open</ctrlMode></BarrierGate>";
        std::string request = "PUT /ISAPI/Parking/channels/1/barrierGate HTTP/1.1\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body;
        std::string again = request;
        std::string until = "</ResponseStatus>";
        std::string until_again = until;
        const std::string first = co_await test.exchange(std::move(request), std::move(until));
        EXPECT_THAT(first, HasSubstr("<statusCode>1</statusCode>"));
        EXPECT_EQ(test.site->command("barrier a locked"), "ok");
        const std::string second = co_await test.exchange(std::move(again), std::move(until_again));
        EXPECT_THAT(second, HasSubstr("<statusCode>1</statusCode>"));
    }
    asio::awaitable<std::string> put(std::string method, std::string target, std::string body)
    {
        std::string request = method + " " + target +
                              " HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                              body;
        std::string until = target.find("json") == std::string::npos ? "</LPListAuditSearchResult>" : "}";
        co_return co_await exchange(std::move(request), std::move(until));
    }
    // A plate, and a person with a card, come and go.
    static asio::awaitable<void> keep_lists(SimulatedSite& test)
    {
        const std::string traffic = "/ISAPI/Traffic/channels/1/";
        const auto added = co_await test.put(
            "PUT", traffic + "licensePlateAuditData/record?format=json",
            R"({"LicensePlateInfoList":[{"LicensePlate":"沪A12345","listType":"allowList",)"
            R"("createTime":"2026-01-01T00:00:00","effectiveTime":"2026-12-31T23:59:59"}]})");
        EXPECT_THAT(added, HasSubstr("\"statusCode\":\t1"));
        std::string search = "<LPListAuditSearchDescription><searchID>1</searchID><maxResults>30</maxResults>"
                             "<searchResultPosition>0</searchResultPosition></LPListAuditSearchDescription>";
        const auto found = co_await test.put("POST", traffic + "searchLPListAudit", std::move(search));
        EXPECT_THAT(found, HasSubstr("<type>whiteList</type>"));
        EXPECT_EQ(test.site->command("lists a"), "plates 1 persons 0 cards 0 faces 0");
        const auto gone = co_await test.put("PUT", traffic + "DelLicensePlateAuditData?format=json",
                                            R"({"deleteAllEnabled":false,"id":["1"]})");
        EXPECT_THAT(gone, HasSubstr("\"statusCode\":\t1"));
        EXPECT_EQ(test.site->command("lists a"), "plates 0 persons 0 cards 0 faces 0");
    }
    static asio::awaitable<void> keep_persons(SimulatedSite& test)
    {
        const std::string access = "/ISAPI/AccessControl/";
        const auto person =
            co_await test.put("PUT", access + "UserInfo/SetUp?format=json",
                              R"({"UserInfo":{"employeeNo":"7","name":"x","doorRight":"1"}})");
        EXPECT_THAT(person, HasSubstr("\"statusCode\":\t1"));
        const auto card = co_await test.put("POST", access + "CardInfo/Record?format=json",
                                            R"({"CardInfo":{"employeeNo":"7","cardNo":"55"}})");
        EXPECT_THAT(card, HasSubstr("\"statusCode\":\t1"));
        const auto found = co_await test.put(
            "POST", access + "UserInfo/Search?format=json",
            R"({"UserInfoSearchCond":{"searchID":"1","searchResultPosition":0,"maxResults":30}})");
        EXPECT_THAT(found, HasSubstr(R"("employeeNo":"7")"));
        EXPECT_EQ(test.site->command("lists a"), "plates 0 persons 1 cards 1 faces 0");
    }
    // The words that every make knows.
    static asio::awaitable<void> obey_common_words(SimulatedSite& test)
    {
        const std::string body = "<BarrierGate><ctrlMode>open</ctrlMode></BarrierGate>";
        std::string request = "PUT /ISAPI/Parking/channels/1/barrierGate HTTP/1.1\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body;
        std::string until = "</ResponseStatus>";
        EXPECT_EQ(test.site->command("command a refuse"), "ok");
        const std::string refused = co_await test.exchange(std::move(request), std::move(until));
        EXPECT_THAT(refused, HasSubstr("<statusCode>3</statusCode>"));
        EXPECT_EQ(test.site->command("set a cut on"), "ok");
        Tcp::socket socket(test.io);
        const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), test.port());
        boost::system::error_code failure;
        co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, failure));
        EXPECT_EQ(failure, asio::error::connection_refused);
        EXPECT_EQ(test.site->command("cut a off"), "ok");
        for (const auto* line : {"garbage a", "truncate a", "duplicate a on", "gb18030 a on", "picture a on",
                                 "password a other", "lock_after a 3", "clock_skew a -1h"})
            EXPECT_EQ(test.site->command(line), "ok") << line;
        EXPECT_EQ(test.site->command("emit a pass 沪A12345 count=2"), "ok");
        EXPECT_EQ(test.site->command("emit a alarm"), "ok");
    }
    // What a listener hears of an event that is spoilt on its way, and of the next one, told twice.
    static asio::awaitable<void> listen_to_spoilt(SimulatedSite& test)
    {
        Tcp::socket socket(test.io);
        const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), test.port());
        co_await socket.async_connect(endpoint, asio::use_awaitable);
        const std::string request = "GET /ISAPI/Event/notification/alertStream HTTP/1.1\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        auto into = asio::dynamic_buffer(test.heard);
        co_await asio::async_read_until(socket, into, "</EventNotificationAlert>", asio::use_awaitable);
        EXPECT_EQ(test.site->command("garbage a"), "ok");
        EXPECT_EQ(test.site->command("truncate a"), "ok");
        EXPECT_EQ(test.site->command("emit a pass 沪A11111"), "ok");
        EXPECT_EQ(test.site->command("duplicate a on"), "ok");
        EXPECT_EQ(test.site->command("emit a pass 沪A22222"), "ok");
        for (int n = 0; n < 2; ++n) {
            test.heard.erase(
                0, test.heard.find("沪A22222") == std::string::npos ? 0 : test.heard.find("</ANPR>") + 7);
            auto more = asio::dynamic_buffer(test.heard);
            co_await asio::async_read_until(socket, more, "</ANPR>", asio::use_awaitable);
            if (n == 0) test.refused = test.heard;
            EXPECT_THAT(test.heard, HasSubstr("沪A22222"));
        }
    }
    // A receiver that refuses the first post and takes the second.
    static asio::awaitable<void> refuse_once(SimulatedSite& test)
    {
        EXPECT_EQ(test.site->command("emit a face 1001"), "ok");
        Tcp::socket socket = co_await test.receiver.async_accept(asio::use_awaitable);
        std::string buffer;
        Request first;
        Request second;
        const bool one = co_await read_request(socket, buffer, first);
        const std::string no = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
        co_await asio::async_write(socket, asio::buffer(no), asio::use_awaitable);
        const bool two = co_await read_request(socket, buffer, second);
        const std::string yes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
        co_await asio::async_write(socket, asio::buffer(yes), asio::use_awaitable);
        EXPECT_TRUE(one && two);
        EXPECT_THAT(second.body, HasSubstr("\"serialNo\":\t1,"));
        EXPECT_EQ(first.body, second.body);
        asio::steady_timer timer(test.io);
        while (test.site->stats().find("\"acked\":1") == std::string::npos) {
            timer.expires_after(1ms);
            co_await timer.async_wait(asio::use_awaitable);
        }
    }
    std::string oracle_text()
    {
        oracle.flush();
        std::ifstream file(oracle_path);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }
    void TearDown() override { std::remove(oracle_path.c_str()); }

    Tcp::acceptor receiver{io, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

TEST_F(SimulatedSite, StreamsFramedPartsWithTheirLength)
{
    run("[[camera]]\nid=\"a\"\nboundary=\"hikboundary\"\nrate=\"100/s\"\n",
        [](SimulatedSite& test) { return read_stream(test); });
}

TEST_F(SimulatedSite, TellsMissedEventsLateInCarelessFramesAndRefusesAListenerTooMany)
{
    run("[[camera]]\nid=\"a\"\nretransmit=true\nline_feed_only=true\nblank_line=false\ncrowded_parts=true\n"
        "same_uuid_twice=true\nstreams_max=1\n",
        [](SimulatedSite& test) { return listen_late(test); });
    const auto body = heard.substr(heard.find("\r\n\r\n") + 4);
    EXPECT_THAT(body,
                HasSubstr("--boundary\nContent-Type: application/xml; charset=\"UTF-8\"\nContent-Length: "));
    EXPECT_EQ(body.find("\n\n<"), std::string::npos) << "no blank line before the document";
    EXPECT_THAT(body, HasSubstr("<hasMoreData>true</hasMoreData>"));
    EXPECT_THAT(body, HasSubstr("<isDataRetransmission>true</isDataRetransmission>"));
    EXPECT_THAT(body, HasSubstr("</EventNotificationAlert>\n<?xml")) << "two alerts in one part";
    EXPECT_THAT(refused, HasSubstr("deployExceedMax"));
}

TEST_F(SimulatedSite, CountsWrongLogInsAndNoQuestionsForAChallenge)
{
    run("[[camera]]\nid=\"a\"\nusername=\"u\"\npassword=\"p\"\n",
        [](SimulatedSite& test) { return log_in_wrongly(test); });
}

TEST_F(SimulatedSite, ReadsOtherCarsBehindTheFirstAndLogsEachByTheNameThatTheOracleKnows)
{
    run("[[camera]]\nid=\"a\"\n", [](SimulatedSite& test) { return ask_for_plates(test); });
    const auto first = heard.find("<plateNumber>沪A12345<");
    EXPECT_NE(first, std::string::npos);
    EXPECT_EQ(heard.find("<plateNumber>沪A12345<", first + 1), std::string::npos);
    const auto second = heard.find("<Plate>", first);
    EXPECT_NE(between(heard, "<captureTime>", "<"), between(heard.substr(second), "<captureTime>", "<"));
    EXPECT_THAT(oracle_text(),
                HasSubstr("\"log\":\"" + between(heard.substr(second), "<picName>", "<") + '"'));
}

TEST_F(SimulatedSite, TellsTheOracleWhetherACommandMovedTheBarrier)
{
    run("[[camera]]\nid=\"a\"\nbarrier_travel=\"0\"\n",
        [](SimulatedSite& test) { return command_barrier(test); });
    const std::string text = oracle_text();
    EXPECT_THAT(text, HasSubstr(R"("output":"barrier/1","action":"open","moved":true,"peer":"127.0.0.1:)"));
    EXPECT_THAT(text, HasSubstr(R"("output":"barrier/1","action":"open","moved":false)"));
}

TEST_F(SimulatedSite, KeepsTheListsOfItsKind)
{
    run("[[camera]]\nid=\"a\"\n", [](SimulatedSite& test) { return keep_lists(test); });
    io.restart();
    run("[[camera]]\nid=\"a\"\nkind=\"face\"\n", [](SimulatedSite& test) { return keep_persons(test); });
}

TEST_F(SimulatedSite, ObeysTheWordsOfAllMakes)
{
    run("[[camera]]\nid=\"a\"\n", [](SimulatedSite& test) { return obey_common_words(test); });
    EXPECT_THAT(oracle_text(), HasSubstr(R"("action":"open","moved":false)"));
}

TEST_F(SimulatedSite, SpoilsOneMessageAndTellsTheNextOneTwice)
{
    run("[[camera]]\nid=\"a\"\n", [](SimulatedSite& test) { return listen_to_spoilt(test); });
    EXPECT_THAT(refused, HasSubstr("<junk>"));
    EXPECT_EQ(refused.find("</ANPR>"), refused.rfind("</ANPR>")) << "the first event has no end";
}

TEST_F(SimulatedSite, PostsARefusedRecordAgainWithTheSameNumber)
{
    const auto address = "http://127.0.0.1:" + std::to_string(receiver.local_endpoint().port()) + "/push/a";
    run("[[camera]]\nid=\"a\"\nkind=\"face\"\nretry_delay=\"1ms\"\npush=\"" + address + "\"\n",
        [](SimulatedSite& test) { return refuse_once(test); });
    EXPECT_THAT(oracle_text(), HasSubstr(R"({"e":"acked","device":"a","record":"1")"));
}

} // namespace
} // namespace gatehouse::sim::isapi
