// The simulated face terminal: what it claims to be must hold before anything is proved with it.
#include "tests/sim/facepush/terminal.hpp"
#include "tests/sim/scene.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>

namespace gatehouse::sim::facepush {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class SimulatedTerminal : public Scene {
public:
    std::string estate(const std::string& more = "") const
    {
        return fmt::format("[[facepush]]\nid=\"t\"\nretry=\"50ms\"\nheartbeat=\"1h\"\n"
                           "push=\"http://127.0.0.1:{}/push/t\"\n{}",
                           gateway.local_endpoint().port(), more);
    }
    std::string tell(const std::string& line) { return site->command(line); }

    // One request to its port, and the whole answer.
    asio::awaitable<std::string> ask(std::string where, std::string form)
    {
        Tcp::socket socket(io);
        const Tcp::endpoint terminal(asio::ip::address_v4::loopback(), port());
        co_await socket.async_connect(terminal, asio::use_awaitable);
        const auto request =
            fmt::format("POST {} HTTP/1.0\r\nContent-Length: {}\r\n\r\n{}", where, form.size(), form);
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        auto answer = co_await rest(socket);
        co_return answer;
    }
    static asio::awaitable<std::string> rest(Tcp::socket& socket)
    {
        std::string text;
        std::array<char, 4096> chunk{};
        const auto buffer = asio::buffer(chunk);
        boost::system::error_code failure;
        for (;;) {
            const auto size =
                co_await socket.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, failure));
            if (failure) co_return text;
            text.append(chunk.data(), size);
        }
    }
    // Takes the next callback, answers it with `body`, and returns it.
    asio::awaitable<Request> callback(std::string body = R"({"result":1,"success":true})")
    {
        Request request;
        for (;;) {
            Tcp::socket socket(io);
            co_await gateway.async_accept(socket, asio::use_awaitable);
            std::string buffer;
            const bool read = co_await read_request(socket, buffer, request);
            Reply reply;
            reply.body = body;
            const auto bytes = render(reply, false);
            boost::system::error_code failure;
            co_await asio::async_write(socket, asio::buffer(bytes),
                                       asio::redirect_error(asio::use_awaitable, failure));
            if (read && !request.path.ends_with("/heartbeat")) co_return request;
        }
    }

    Tcp::acceptor gateway{io, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
};

TEST_F(SimulatedTerminal, CallsBackUntilItIsAcknowledged)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("emit t pass 772021"), "ok");
        const auto first = co_await callback(R"({"result":0,"success":false})");
        const auto second = co_await callback();
        EXPECT_EQ(first.path, "/push/t/identify");
        EXPECT_THAT(first.body, HasSubstr("personId=772021"));
        EXPECT_THAT(first.body, HasSubstr("type=face_0"));
        EXPECT_THAT(first.body, HasSubstr("deviceKey=8DA5A59CF625F562"));
        EXPECT_EQ(first.body, second.body);
        co_await pause(100ms);
    };
    run(estate(), scene());
    EXPECT_THAT(oracle_text(), HasSubstr("\"acked\""));
}

TEST_F(SimulatedTerminal, SpeaksJsonAndQueriesAndEncodesNamesTwice)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_EQ(tell("double_name t on"), "ok");
        EXPECT_EQ(tell("emit t stranger"), "ok");
        const auto request = co_await callback();
        EXPECT_EQ(request.method, "GET");
        EXPECT_THAT(request.query, HasSubstr("personName=%25E6"));
        EXPECT_THAT(request.query, HasSubstr("STRANGERBABY"));
    };
    run(estate("style=\"query\""), scene());
}

TEST_F(SimulatedTerminal, OpensItsDoorForItsPasswordOnly)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const auto refused = co_await ask("/device/openDoorControl", "pass=wrong");
        EXPECT_THAT(refused, HasSubstr("LAN_EXP-1001"));
        const auto opened = co_await ask("/device/openDoorControl", "pass=12345678");
        EXPECT_THAT(opened, HasSubstr("\"success\":true"));
        EXPECT_EQ(tell("command t refuse"), "ok");
        const auto no = co_await ask("/device/openDoorControl", "pass=12345678");
        EXPECT_THAT(no, HasSubstr("\"success\":false"));
        const auto told = co_await callback();
        EXPECT_THAT(told.body, HasSubstr("type=open_1"));
    };
    run(estate(), scene());
    EXPECT_THAT(oracle_text(), HasSubstr("\"action\":\"open\",\"moved\":true"));
    EXPECT_THAT(oracle_text(), HasSubstr("\"moved\":false"));
}

TEST_F(SimulatedTerminal, KeepsItsLogWhileMutedAndAnswersAnEmptySpanAsAMissingPerson)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const std::string span =
            "pass=12345678&startTime=1970-01-01 00:00:00&endTime=2999-01-01 00:00:00&length=2&index=";
        const auto empty = co_await ask("/newFindRecords", span + "0");
        EXPECT_THAT(empty, HasSubstr("LAN_EXP-1006"));
        EXPECT_EQ(tell("mute t on"), "ok");
        EXPECT_EQ(tell("emit t pass 7 count=3"), "ok");
        const auto page = co_await ask("/newFindRecords", span + "1");
        EXPECT_THAT(page, HasSubstr("\"total\":3"));
        EXPECT_THAT(page, HasSubstr("\"id\":3"));
        EXPECT_THAT(page, Not(HasSubstr("\"id\":2")));
    };
    run(estate(), scene());
    EXPECT_THAT(oracle_text(), Not(HasSubstr("acked")));
}

TEST_F(SimulatedTerminal, TakesPersonsAndFacesAndTellsWhichAreThere)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        const auto made = co_await ask(
            "/person/create", "pass=12345678&person=%7B%22id%22%3A%221%22%2C%22name%22%3A%22A%22%7D");
        EXPECT_THAT(made, HasSubstr("LAN_SUS-0"));
        const auto face = co_await ask("/face/create", "pass=12345678&personId=1&faceId=1&imgBase64=AA");
        EXPECT_THAT(face, HasSubstr("LAN_SUS-0"));
        const auto found = co_await ask("/person/find", "pass=12345678&id=1");
        EXPECT_THAT(found, HasSubstr(R"("id":"1","name":"A")"));
        const auto gone = co_await ask("/person/find", "pass=12345678&id=2");
        EXPECT_THAT(gone, HasSubstr("LAN_EXP-1006"));
    };
    run(estate(), scene());
}

TEST_F(SimulatedTerminal, SaysWhatIsNotOfItsMake)
{
    const auto scene = [this]() -> asio::awaitable<void> {
        EXPECT_THAT(tell("emit t alarm"), HasSubstr("not of this make"));
        EXPECT_THAT(tell("reset_serials t"), HasSubstr("not of this make"));
        EXPECT_THAT(tell("dance t on"), HasSubstr("error"));
        for (const auto* line : {"cut t on", "cut t off", "half_open t on", "half_open t off", "garbage t",
                                 "truncate t", "duplicate t on", "gb18030 t on", "picture t on",
                                 "clock_skew t -1h", "password t secret", "command t late", "reboot t 10ms"})
            EXPECT_EQ(tell(line), "ok") << line;
        co_await pause(50ms);
    };
    run(estate(), scene());
}

} // namespace
} // namespace gatehouse::sim::facepush
