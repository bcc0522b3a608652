// The simulated device: what it claims to be must hold before anything is proved with it.
#include "tests/sim/scene.hpp"
#include "tests/sim/zkteco/device.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace gatehouse::sim::zkteco {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using testing::HasSubstr;
using testing::StartsWith;

class SimulatedZkteco : public Scene {
public:
    std::string estate(const std::string& more = "") const
    {
        return fmt::format("[[zkteco]]\nid=\"z\"\nserial=\"A1\"\nretry=\"50ms\"\n"
                           "server=\"http://127.0.0.1:{}\"\n{}",
                           gateway.local_endpoint().port(), more);
    }
    std::string tell(const std::string& line) { return site->command(line); }

    // Takes the next request, answers it and returns it; one that cannot be read has no method.
    asio::awaitable<Request> next(std::string body = "OK", int status = 200)
    {
        Request request;
        Tcp::socket socket(io);
        co_await gateway.async_accept(socket, asio::use_awaitable);
        std::string buffer;
        const bool read = co_await read_request(socket, buffer, request);
        if (!read) co_return Request{};
        Reply reply;
        reply.status = status;
        reply.type = "text/plain";
        reply.body = std::move(body);
        const auto bytes = render(reply, false);
        boost::system::error_code failure;
        co_await asio::async_write(socket, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, failure));
        co_return request;
    }
    // The next post; what it asks or spoils in between is answered too.
    asio::awaitable<Request> next_post()
    {
        for (;;) {
            auto request = co_await next();
            if (request.method == "POST") co_return request;
        }
    }
    // Hello of an attendance device, and its first question.
    asio::awaitable<void> greet()
    {
        std::string options = "GET OPTION FROM: A1\nDelay=1\nRealtime=1\n";
        const auto hello = co_await next(std::move(options));
        EXPECT_THAT(hello.target, StartsWith("/iclock/cdata?SN=A1&options=all&"));
        const auto question = co_await next();
        EXPECT_THAT(question.target, StartsWith("/iclock/getrequest?SN=A1&INFO=Ver%20Sim1,0,0,0,"));
    }

    Tcp::acceptor gateway{io, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

TEST_F(SimulatedZkteco, BringsAPunchUntilItIsTakenWithAPlainOk)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await greet();
        EXPECT_EQ(tell("emit z pass 4711"), "ok");
        const auto first = co_await next("busy", 503);
        const auto second = co_await next("OK: 1");
        EXPECT_EQ(first.target, "/iclock/cdata?SN=A1&table=ATTLOG&Stamp=9999");
        EXPECT_EQ(first.body, second.body);
        EXPECT_THAT(first.body, testing::MatchesRegex("4711\t20[-0-9]+ [:0-9]+\t0\t15\t\t0\t0\t\n"));
        co_await pause(50ms);
        EXPECT_EQ(tell("emit z alarm"), "ok");
        const auto alarm = co_await next();
        EXPECT_THAT(alarm.body, StartsWith("OPLOG 3\t0\t"));
        co_await pause(50ms);
    };
    run(estate(), scene());
    EXPECT_THAT(oracle_text(), HasSubstr("\"acked\""));
}

TEST_F(SimulatedZkteco, CarriesOutWhatItFetches)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await greet();
        const auto question = co_await next("C:7:AC_UNLOCK\nC:8:SHELL rm\n");
        const auto result = co_await next();
        EXPECT_EQ(result.target, "/iclock/devicecmd?SN=A1");
        EXPECT_EQ(result.body, "ID=7&Return=0&CMD=AC_UNLOCK\n");
        const auto other = co_await next();
        EXPECT_EQ(other.body, "ID=8&Return=-13&CMD=SHELL\n");
        EXPECT_EQ(tell("command z refuse"), "ok");
        const auto again = co_await next("C:9:AC_UNLOCK\n");
        const auto refused = co_await next();
        EXPECT_EQ(refused.body, "ID=9&Return=-8&CMD=AC_UNLOCK\n");
        EXPECT_EQ(tell("command z silent"), "ok");
        const auto once_more = co_await next("C:10:AC_UNLOCK\n");
        const auto nothing = co_await next();
        EXPECT_THAT(nothing.target, StartsWith("/iclock/getrequest")); // no result came
    };
    run(estate(), scene());
    EXPECT_THAT(oracle_text(), HasSubstr("\"output\":\"door/1\",\"action\":\"open\",\"moved\":true"));
    EXPECT_THAT(oracle_text(), HasSubstr("\"moved\":false"));
}

TEST_F(SimulatedZkteco, RegistersAndProvesItselfByItsToken)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const auto hello = co_await next();
        EXPECT_THAT(hello.target, HasSubstr("DeviceType=acc"));
        const auto registration = co_await next("RegistryCode=code");
        EXPECT_EQ(registration.path, "/iclock/registry");
        const auto push = co_await next("RequestDelay=1\nSessionID=id\n");
        EXPECT_EQ(push.path, "/iclock/push");
        const auto time = co_await next();
        // By md5sum, of "codeA1id".
        EXPECT_EQ(time.header("cookie"), "token=ba83478edae0c215a49d060ac624e41f");
        const auto state = co_await next();
        EXPECT_THAT(state.body, HasSubstr("\tsensor=00\t"));
        const auto question = co_await next("C:1:CONTROL DEVICE 01010105\n");
        const auto result = co_await next();
        EXPECT_EQ(result.body, "ID=1&Return=0&CMD=CONTROL\n");
        const auto event = co_await next("", 406);
        EXPECT_THAT(event.body, HasSubstr("\tevent=8\t"));
        EXPECT_THAT(event.body, HasSubstr("\tindex=1\r\n"));
        const auto afresh = co_await next();
        EXPECT_THAT(afresh.target, HasSubstr("options=all")); // a refused token registers again
    };
    run(estate("dialect=\"access\"\n"), scene());
}

TEST_F(SimulatedZkteco, MutedItSaysNothingAndBringsItLater)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await greet();
        EXPECT_EQ(tell("mute z on"), "ok");
        EXPECT_EQ(tell("emit z pass 1"), "ok");
        const auto said = co_await (next() || pause(300ms));
        EXPECT_EQ(said.index(), 1u);
        EXPECT_EQ(tell("mute z off"), "ok");
        const auto punch = co_await next_post();
        EXPECT_THAT(punch.body, StartsWith("1\t"));
    };
    run(estate(), scene());
}

TEST_F(SimulatedZkteco, WithholdingItsRecordsItShowsTheirNumber)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await greet();
        EXPECT_EQ(tell("withhold z on"), "ok");
        EXPECT_EQ(tell("emit z pass 1 count=3"), "ok");
        const auto question = co_await next("C:3:DATA QUERY ATTLOG StartTime=2000-01-01 00:00:00\t"
                                            "EndTime=2099-01-01 00:00:00\n");
        EXPECT_THAT(question.target, HasSubstr("Sim1,0,0,3,"));
        const auto log = co_await next();
        EXPECT_EQ(std::count(log.body.begin(), log.body.end(), '\n'), 3);
        const auto result = co_await next();
        EXPECT_THAT(result.body, StartsWith("ID=3&Return=0"));
    };
    run(estate(), scene());
}

TEST_F(SimulatedZkteco, IsShiftedByATimeZoneInAUnitThatItDoesNotHave)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const auto hello = co_await next("Delay=1\nTimeZone=480\n");
        const auto question = co_await next();
        EXPECT_EQ(tell("emit z pass 1"), "ok");
        const auto punch = co_await next();
        const auto shown =
            fmt::format("{:%Y-%m-%d %H:%M}", std::chrono::floor<std::chrono::seconds>(clock.wall() + 14h));
        EXPECT_THAT(punch.body, HasSubstr(shown.substr(0, 13))); // clamped to +14:00, as it has hours
    };
    run(estate(), scene());
}

TEST_F(SimulatedZkteco, SpoilsWhatItSaysAndSaysWhatIsNotOfItsMake)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        co_await greet();
        EXPECT_THAT(tell("password z x"), HasSubstr("error: not of this make"));
        EXPECT_THAT(tell("lock_after z 3"), HasSubstr("error: not of this make"));
        EXPECT_THAT(tell("emit z refuse"), HasSubstr("error: not of this make"));
        EXPECT_THAT(tell("nonsense z on"), HasSubstr("error: unknown"));
        EXPECT_EQ(tell("garbage z"), "ok");
        EXPECT_EQ(tell("emit z pass"), "ok");
        EXPECT_EQ((co_await next()).method, "");
        const auto unspoilt = co_await next_post();
        EXPECT_THAT(unspoilt.target, HasSubstr("table=ATTLOG"));
        co_await pause(20ms);
        EXPECT_EQ(tell("duplicate z on"), "ok");
        EXPECT_EQ(tell("emit z pass"), "ok");
        const auto one = co_await next_post();
        const auto other = co_await next_post();
        EXPECT_EQ(one.body, other.body);
        EXPECT_EQ(tell("cut z on"), "ok");
        EXPECT_EQ(tell("emit z pass"), "ok");
        co_await pause(150ms);
        EXPECT_THAT(tell("stats z"), testing::Not(HasSubstr("\"pending\":0")));
        EXPECT_EQ(tell("cut z off"), "ok");
        EXPECT_EQ(tell("reboot z 50ms"), "ok");
        auto hello = co_await next();
        while (hello.method == "POST" || hello.target.find("getrequest") != std::string::npos)
            hello = co_await next();
        EXPECT_THAT(hello.target, HasSubstr("options=all"));
    };
    run(estate(), scene());
}

} // namespace
} // namespace gatehouse::sim::zkteco
