// The simulated pusher: what it claims to be must hold before anything is proved with it.
#include "tests/sim/scene.hpp"
#include "tests/sim/webhook-in/pusher.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace gatehouse::sim::webhook_in {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class SimulatedPusher : public Scene {
public:
    std::string estate(const std::string& more = "") const
    {
        return fmt::format("[[webhook-in]]\nid=\"p\"\nretry=\"50ms\"\nheartbeat=\"0\"\n"
                           "push=\"http://127.0.0.1:{}/push/p\"\n{}",
                           gateway.local_endpoint().port(), more);
    }
    std::string tell(const std::string& line) { return site->command(line); }

    // Takes the next post, answers it and returns it; a request that cannot be read has no method.
    asio::awaitable<Request> next(int status = 200, std::string body = "{}")
    {
        Request request;
        Tcp::socket socket(io);
        co_await gateway.async_accept(socket, asio::use_awaitable);
        std::string buffer;
        const bool read = co_await read_request(socket, buffer, request);
        if (!read) co_return Request{};
        Reply reply;
        reply.status = status;
        reply.body = std::move(body);
        const auto bytes = render(reply, false);
        boost::system::error_code failure;
        co_await asio::async_write(socket, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, failure));
        co_return request;
    }

    Tcp::acceptor gateway{io, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

TEST_F(SimulatedPusher, PostsASignedBodyUntilItIsAcknowledged)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("emit p pass 8812"), "ok");
        const auto first = co_await next(503);
        const auto second = co_await next();
        EXPECT_EQ(first.path, "/push/p");
        EXPECT_EQ(first.body, second.body);
        EXPECT_THAT(first.body, HasSubstr(R"({"list":[{"type":"pass","id":1,"at":)"));
        EXPECT_THAT(first.body, HasSubstr(R"("user":"8812")"));
        EXPECT_EQ(first.header("x-signature").size(), 64u);
        EXPECT_EQ(first.header("x-timestamp").size(), 10u);
        co_await pause(100ms);
    };
    run(estate(), scene());
    EXPECT_THAT(oracle_text(), HasSubstr("\"acked\""));
}

TEST_F(SimulatedPusher, SpeaksTheTemplatesOfItsEstateInOneBody)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("emit p up lane1 count=2"), "ok");
        EXPECT_EQ(tell("emit p unknown"), "error: no template is called unknown");
        const auto request = co_await next();
        EXPECT_EQ(request.target, "/push/p/events?token=t");
        EXPECT_EQ(request.body, R"([{"n":1,"lane":"lane1"},{"n":2,"lane":"lane1"}])");
        EXPECT_EQ(request.header("x-signature"), "");
    };
    run(estate(R"(auth="url"
secret="t"
path="/events"
batch=5
body="[{events}]"
templates={ up='{"n":{serial},"lane":"{text}"}' }
)"),
        scene());
}

TEST_F(SimulatedPusher, WaitsForTheAnswerThatItWantsToHear)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("emit p pass"), "ok");
        (void)co_await next(200, "{\"result\":0}");
        (void)co_await next(200, "{\"result\":1}");
        co_await pause(100ms);
        EXPECT_THAT(tell("stats p"), HasSubstr("\"acked\":1"));
    };
    run(estate("ack=\"\\\"result\\\":1\"\nauth=\"bearer\"\n"), scene());
}

TEST_F(SimulatedPusher, KeepsWhatItHasWhileItsNetworkIsCut)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        for (const auto* mood : {"cut", "half_open", "mute"}) {
            EXPECT_EQ(tell(std::string(mood) + " p on"), "ok");
            EXPECT_EQ(tell("emit p pass"), "ok");
            co_await pause(150ms);
            EXPECT_THAT(tell("stats p"), HasSubstr("\"pending\":1"));
            EXPECT_EQ(tell(std::string(mood) + " p off"), "ok");
            (void)co_await next();
            co_await pause(50ms);
        }
    };
    run(estate(), scene());
}

TEST_F(SimulatedPusher, SpoilsWhatItSaysWhenToldTo)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("garbage p"), "ok");
        EXPECT_EQ(tell("emit p pass"), "ok");
        EXPECT_EQ((co_await next()).method, "");
        EXPECT_EQ((co_await next()).method, "POST");
        co_await pause(50ms);
        EXPECT_EQ(tell("truncate p"), "ok");
        EXPECT_EQ(tell("emit p pass"), "ok");
        EXPECT_EQ((co_await next()).method, "");
        EXPECT_EQ((co_await next()).method, "POST");
        co_await pause(50ms);
        EXPECT_EQ(tell("duplicate p on"), "ok");
        EXPECT_EQ(tell("picture p on"), "ok");
        EXPECT_EQ(tell("emit p pass"), "ok");
        const auto one = co_await next();
        const auto other = co_await next();
        EXPECT_EQ(one.body, other.body);
        EXPECT_THAT(one.body, HasSubstr("/9j//9k="));
    };
    run(estate(), scene());
}

TEST_F(SimulatedPusher, SaysWhatIsNotOfItsMake)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_THAT(tell("command p ok"), HasSubstr("error: not of this make"));
        EXPECT_THAT(tell("lock_after p 3"), HasSubstr("error: not of this make"));
        EXPECT_THAT(tell("nonsense p on"), HasSubstr("error: unknown"));
        EXPECT_EQ(tell("password p other"), "ok");
        EXPECT_EQ(tell("reboot p 100ms"), "ok");
        EXPECT_EQ(tell("clock_skew p -1h"), "ok");
        EXPECT_EQ(tell("reset_serials p"), "ok");
        EXPECT_EQ(tell("emit p alarm"), "ok");
        const auto request = co_await next();
        EXPECT_THAT(request.body, HasSubstr(R"("id":1,)"));
        const auto sent = std::stoll(std::string(request.header("x-timestamp")));
        EXPECT_LT(sent, clock.wall().time_since_epoch().count() / 1000 - 3'500);
    };
    run(estate(), scene());
}

// The barrier box of protocols/webhook-in/README.md.
TEST_F(SimulatedPusher, CanBeABarrierBoxWithDoorStates)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("emit p pass up"), "ok");
        EXPECT_EQ(tell("emit p cabinet pried"), "ok");
        EXPECT_EQ(tell("emit p alarm"), "ok");
        const auto request = co_await next(200, "OK");
        EXPECT_EQ(request.header("authorization"), "Bearer of the box");
        EXPECT_THAT(request.body,
                    testing::MatchesRegex(
                        R"(\{"box":\{"changes":\[\{"no":1,"when":[0-9]+,"part":"boom","lane":1,"is":"up"\},)"
                        R"(\{"no":2,"when":[0-9]+,"part":"cabinet","is":"pried"\},)"
                        R"(\{"no":3,"when":[0-9]+,"part":"fault","code":"E7","is":"come"\}\]\}\})"));
        co_await pause(100ms);
        EXPECT_THAT(tell("stats p"), HasSubstr("\"acked\":3"));
    };
    run(estate(R"(auth="bearer"
secret="of the box"
ack="OK"
batch=10
body='{"box":{"changes":[{events}]}}'
heartbeat_path=""
heartbeat_body='{"box":{"alive":true,"clock":{s}}}'
[webhook-in.templates]
pass='{"no":{serial},"when":{ms},"part":"boom","lane":1,"is":"{text}"}'
cabinet='{"no":{serial},"when":{ms},"part":"cabinet","is":"{text}"}'
alarm='{"no":{serial},"when":{ms},"part":"fault","code":"E7","is":"come"}'
)"),
        scene());
}

} // namespace
} // namespace gatehouse::sim::webhook_in
