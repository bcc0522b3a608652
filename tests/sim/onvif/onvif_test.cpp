// The simulated ONVIF device: what it claims to be must hold before anything is proved with it.
#include "tests/sim/scene.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>

namespace gatehouse::sim::onvif {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using testing::HasSubstr;
using testing::Not;

class SimulatedOnvif : public Scene {
public:
    std::string tell(const std::string& line) { return site->command(line); }

    // One request by hand, and the whole answer.
    asio::awaitable<std::string> ask(std::string where, std::string inside)
    {
        Tcp::socket socket(io);
        const Tcp::endpoint device(asio::ip::address_v4::loopback(), port());
        co_await socket.async_connect(device, asio::use_awaitable);
        const auto body = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body>" +
                          inside + "</s:Body></s:Envelope>";
        const auto request =
            fmt::format("POST {} HTTP/1.0\r\nContent-Length: {}\r\n\r\n{}", where, body.size(), body);
        boost::system::error_code failure;
        co_await asio::async_write(socket, asio::buffer(request),
                                   asio::redirect_error(asio::use_awaitable, failure));
        std::string text;
        std::array<char, 4096> chunk{};
        const auto buffer = asio::buffer(chunk);
        for (;;) {
            const auto size =
                co_await socket.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure));
            if (failure) co_return text;
            text.append(chunk.data(), size);
        }
    }
    asio::awaitable<std::string> subscribe()
    {
        auto answer = co_await ask("/onvif/events", "<e:CreatePullPointSubscription/>");
        co_return "/onvif/subscription?Idx=" + between(answer, "?Idx=", "<");
    }
    asio::awaitable<std::string> pull(std::string where)
    {
        auto answer =
            co_await ask(std::move(where), "<e:PullMessages><e:Timeout>PT1S</e:Timeout></e:PullMessages>");
        co_return answer;
    }
};

TEST_F(SimulatedOnvif, TellsWhatHappensToWhoeverSubscribedAndNothingFromBefore)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("emit o pass 1"), "ok");
        const auto where = co_await subscribe();
        EXPECT_EQ(tell("emit o pass 4711"), "ok");
        const auto answer = co_await pull(where);
        EXPECT_THAT(answer, HasSubstr("tns1:AccessControl/AccessGranted/Credential"));
        EXPECT_THAT(answer, HasSubstr("Value=\"4711\""));
        EXPECT_THAT(answer, Not(HasSubstr("Value=\"1\"")));
        EXPECT_EQ(tell("emit o pass 17 count=2"), "ok");
        const auto both = co_await pull(where);
        EXPECT_NE(between(both, "UtcTime=\"", "\""),
                  between(both.substr(both.rfind("UtcTime")), "UtcTime=\"", "\""));
        const auto empty = co_await pull(where);
        EXPECT_THAT(empty, HasSubstr("PullMessagesResponse"));
        EXPECT_THAT(empty, Not(HasSubstr("NotificationMessage")));
    };
    run("[[onvif]]\nid=\"o\"\nkind=\"controller\"\n", scene());
    EXPECT_THAT(oracle_text(), HasSubstr(R"({"e":"dropped","device":"o","record":"1")"));
    EXPECT_THAT(oracle_text(), HasSubstr(R"({"e":"acked","device":"o","record":"2")"));
}

TEST_F(SimulatedOnvif, TellsItsStatesToANewSubscriptionAndSaysThingsTwiceWhenTold)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("emit o alarm"), "ok");
        const auto where = co_await subscribe();
        const auto states = co_await pull(where);
        EXPECT_THAT(states, HasSubstr("PropertyOperation=\"Initialized\""));
        EXPECT_THAT(states, HasSubstr("Name=\"IsTamper\" Value=\"true\""));
        EXPECT_EQ(tell("duplicate o on"), "ok");
        EXPECT_EQ(tell("emit o calm"), "ok");
        const auto twice = co_await pull(where);
        const auto first = twice.find("Value=\"false\"");
        EXPECT_NE(twice.find("Value=\"false\"", first + 1), std::string::npos);
        EXPECT_EQ(tell("hollow o on"), "ok");
        EXPECT_EQ(tell("emit o alarm"), "ok");
        const auto nothing = co_await pull(where);
        EXPECT_THAT(nothing, Not(HasSubstr("NotificationMessage")));
    };
    run("[[onvif]]\nid=\"o\"\n", scene());
}

TEST_F(SimulatedOnvif, LeavesPullsWithoutAnAnswerWhileItIsMuteAndTellsTheNextOneWhatHappened)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const auto where = co_await subscribe();
        EXPECT_EQ(tell("mute o on"), "ok");
        EXPECT_EQ(tell("emit o alarm"), "ok");
        auto pulling = pull(where);
        auto waiting = pause(1500ms);
        const auto first = co_await (std::move(pulling) || std::move(waiting));
        EXPECT_EQ(first.index(), 1U) << "not even an empty answer";
        const auto time = co_await ask("/onvif/device_service", "<e:GetSystemDateAndTime/>");
        EXPECT_THAT(time, HasSubstr("<tt:Year>20"));
        EXPECT_EQ(tell("mute o off"), "ok");
        const auto told = co_await pull(where);
        EXPECT_THAT(told, HasSubstr("Name=\"IsTamper\" Value=\"true\""));
    };
    run("[[onvif]]\nid=\"o\"\n", scene());
}

TEST_F(SimulatedOnvif, RefusesAWrongTokenATooManySubscriptionAndAnUnknownOne)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("slots o 1"), "ok");
        const auto refused = co_await ask("/onvif/events", "<e:CreatePullPointSubscription/>");
        EXPECT_THAT(refused, HasSubstr("NotAuthorized"));
        const auto time = co_await ask("/onvif/device_service", "<e:GetSystemDateAndTime/>");
        EXPECT_THAT(time, HasSubstr("<tt:Year>20"));
        EXPECT_EQ(tell("picture o on"), "error: not of this make: its events carry no pictures");
    };
    run("[[onvif]]\nid=\"o\"\nusername=\"u\"\npassword=\"p\"\n", scene());
    const auto open = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("slots o 1"), "ok");
        (void)co_await subscribe();
        const auto full = co_await ask("/onvif/events", "<e:CreatePullPointSubscription/>");
        EXPECT_THAT(full, HasSubstr("SubscribeCreationFailedFault"));
        const auto unknown = co_await pull("/onvif/subscription?Idx=77");
        EXPECT_THAT(unknown, HasSubstr("ResourceUnknownFault"));
    };
    io.restart();
    run("[[onvif]]\nid=\"o\"\n", open());
}

TEST_F(SimulatedOnvif, TellsTheOracleWhetherACommandMovedTheDoor)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const auto done =
            co_await ask("/onvif/doors", "<d:AccessDoor><d:Token>door_1</d:Token></d:AccessDoor>");
        EXPECT_THAT(done, HasSubstr("AccessDoorResponse"));
        EXPECT_EQ(tell("command o refuse"), "ok");
        const auto refused =
            co_await ask("/onvif/doors", "<d:AccessDoor><d:Token>door_1</d:Token></d:AccessDoor>");
        EXPECT_THAT(refused, HasSubstr("ActionNotSupported"));
    };
    run("[[onvif]]\nid=\"o\"\nkind=\"controller\"\n", scene());
    EXPECT_THAT(oracle_text(), HasSubstr(R"("output":"door/1","action":"AccessDoor","moved":true)"));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("output":"door/1","action":"AccessDoor","moved":false)"));
}

} // namespace
} // namespace gatehouse::sim::onvif
