// The simulated VZ camera: what it claims to be must hold before anything is proved with it.
#include "tests/sim/scene.hpp"
#include "tests/sim/vzenith/wire.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace gatehouse::sim::vzenith {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using testing::HasSubstr;
using testing::Not;

TEST(SimulatedVzBytes, AreThoseOfTheSheet)
{
    EXPECT_EQ(packet(1, 0, ""), std::string("VZ\x01\x00\x00\x00\x00\x00", 8));
    EXPECT_EQ(packet(0, 0, "{\"cmd\": \"getsn\"}").substr(0, 8),
              std::string("VZ\x00\x00\x00\x00\x00\x10", 8));
    EXPECT_EQ(base64("cgn.com\x17"), "Y2duLmNvbRc=");
    EXPECT_EQ(base64("ABCDEF"), "QUJDREVG");
    const auto heard = hear(R"({"Response_AlarmInfoPlate":{"info":"ok","plateid":123,"channelNum":0}})");
    EXPECT_TRUE(heard.open);
    EXPECT_EQ(heard.plate_id, 123);
    EXPECT_FALSE(hear("<html>").open);
}

class SimulatedVz : public Scene {
public:
    // The whole answer over TCP 8131; empty when none came.
    asio::awaitable<std::string> ask(std::string body, std::chrono::milliseconds span = 400ms)
    {
        Tcp::socket socket(io);
        const Tcp::endpoint camera(asio::ip::address_v4::loopback(), port());
        co_await socket.async_connect(camera, asio::use_awaitable);
        const auto request = packet(0, 7, body);
        co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
        std::string bytes(8000, '\0');
        const auto buffer = asio::buffer(bytes);
        const auto got = co_await (socket.async_read_some(buffer, asio::use_awaitable) || pause(span));
        if (got.index() == 1) co_return std::string();
        bytes.resize(std::get<0>(got));
        co_return bytes;
    }
    // Takes posts and gives them the next answer; the last one for ever. An empty answer is none.
    asio::awaitable<void> serve(std::vector<std::string> answers)
    {
        Tcp::acceptor acceptor(io, Tcp::endpoint(asio::ip::address_v4::loopback(), server_port));
        server_up = true;
        for (std::size_t n = 0;;) {
            auto socket = co_await acceptor.async_accept(asio::use_awaitable);
            std::string buffer;
            Request request;
            const bool whole = co_await read_request(socket, buffer, request);
            if (!whole) continue;
            const bool form = request.body.find("pass_wd") != std::string::npos;
            if (!form) posts.push_back(request.body);
            const std::string answer = form ? "{}" : answers[std::min(n, answers.size() - 1)];
            if (!form) ++n;
            if (answer.empty()) co_await pause(400ms); // beyond its patience
            const auto text =
                fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", answer.size(), answer);
            boost::system::error_code ignored;
            co_await asio::async_write(socket, asio::buffer(text),
                                       asio::redirect_error(asio::use_awaitable, ignored));
        }
    }
    std::string estate(const std::string& more = "")
    {
        // A port that was free a moment ago.
        asio::io_context other;
        Tcp::acceptor probe(other, Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        server_port = probe.local_endpoint().port();
        return fmt::format(
            "[[vzenith]]\nid=\"v\"\npush=\"http://127.0.0.1:{}/push/v\"\npatience=\"250ms\"\n{}", server_port,
            more);
    }
    asio::awaitable<void> until(std::size_t count, std::chrono::milliseconds limit = 5s)
    {
        for (auto left = limit; posts.size() < count && left > 0ms; left -= 20ms)
            co_await pause(20ms);
    }
    std::string tell(const std::string& line) { return site->command(line); }
    // Serves while `scene` goes on.
    asio::awaitable<void> with_server(std::vector<std::string> answers, asio::awaitable<void> scene)
    {
        co_await (serve(std::move(answers)) || std::move(scene));
    }

    std::uint16_t server_port = 0;
    bool server_up = false;
    std::vector<std::string> posts;
};

TEST_F(SimulatedVz, AnswersQuestionsInOneConnectionAndMovesItsRelayWithoutAWord)
{
    const auto scene = [](SimulatedVz& test) -> asio::awaitable<void> {
        const auto who = co_await test.ask(R"({"cmd":"getsn"})");
        EXPECT_EQ(who.substr(0, 4), std::string("VZ\x00\x07", 4));
        EXPECT_THAT(who, HasSubstr("Sucess"));
        const auto moved = co_await test.ask(R"({"cmd":"ioctl","io":0,"value":2,"delay":500})");
        EXPECT_EQ(moved, "");
        const auto unknown = co_await test.ask(R"({"cmd":"dance"})");
        EXPECT_THAT(unknown, HasSubstr("405"));
        EXPECT_EQ(test.tell("command v refuse"), "ok");
        const auto refused = co_await test.ask(R"({"cmd":"ioctl","io":0,"value":2,"delay":500})");
        EXPECT_THAT(refused, HasSubstr("500"));
        EXPECT_EQ(test.tell("emit v pass 沪A12345"), "ok");
        const auto record = co_await test.ask(R"({"cmd":"get_record","id":1,"format":"json"})");
        EXPECT_THAT(record, HasSubstr("\xBB\xA6"
                                      "A12345"))
            << "GB2312 on this way";
        EXPECT_EQ(test.tell("cut v on"), "ok");
        EXPECT_THAT(test.tell("password v x"), HasSubstr("not of this make"));
    };
    run("[[vzenith]]\nid=\"v\"\n", scene(*this));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("output":"barrier/1","action":"open","moved":true)"));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("output":"barrier/1","action":"open","moved":false)"));
}

TEST_F(SimulatedVz, OpensByAnAnswerInTimeAndRepeatsWhatWasNot)
{
    const auto scene = [](SimulatedVz& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("emit v pass 沪A12345"), "ok");
        co_await test.until(2);
        co_await pause(200ms);
    };
    const std::string open = R"({"Response_AlarmInfoPlate":{"info":"ok","plateid":1}})";
    const auto keys = estate();
    std::vector<std::string> answers{"", open};
    run(keys, with_server(std::move(answers), scene(*this)));
    ASSERT_EQ(posts.size(), 2U);
    EXPECT_EQ(posts[0], posts[1]);
    EXPECT_THAT(oracle_text(), HasSubstr(R"("moved":true)"));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("e":"acked")"));
}

TEST_F(SimulatedVz, KeepsWhatWasNotAcknowledgedAndSendsItLater)
{
    const auto scene = [](SimulatedVz& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("emit v pass 沪A12345"), "ok");
        co_await test.until(3);
        co_await pause(200ms);
    };
    const std::string no = R"({"Response_AlarmInfoPlate":{"info":"no"}})";
    const std::string done =
        R"({"Response_AlarmInfoPlate":{"info":"no","plateid":1,"ContinuePushOffline":{"plateid":1,"continue":1}}})";
    const auto keys = estate("retries=2\n");
    std::vector<std::string> answers{no, no, done};
    run(keys, with_server(std::move(answers), scene(*this)));
    ASSERT_EQ(posts.size(), 3U);
    EXPECT_THAT(posts[1], HasSubstr(R"("isoffline":0)"));
    EXPECT_THAT(posts[2], HasSubstr(R"("isoffline":1)"));
    EXPECT_THAT(oracle_text(), HasSubstr(R"("e":"acked")"));
}

TEST_F(SimulatedVz, StoresWhatHappensWhileItsNetworkIsCut)
{
    const auto scene = [](SimulatedVz& test) -> asio::awaitable<void> {
        EXPECT_EQ(test.tell("cut v on"), "ok");
        EXPECT_EQ(test.tell("emit v pass 沪A12345"), "ok");
        co_await pause(100ms);
        EXPECT_EQ(test.tell("cut v off"), "ok");
        co_await test.until(1);
    };
    const auto keys = estate();
    std::vector<std::string> answers{R"({"Response_AlarmInfoPlate":{"info":"no"}})"};
    run(keys, with_server(std::move(answers), scene(*this)));
    ASSERT_FALSE(posts.empty());
    EXPECT_THAT(posts[0], HasSubstr(R"("isoffline":1)"));
}

TEST_F(SimulatedVz, KnowsTheWordsOfTrouble)
{
    const auto scene = [](SimulatedVz& test) -> asio::awaitable<void> {
        for (const auto* word : {"picture v on", "gb18030 v on", "garbage v", "clock_skew v -3600s",
                                 "emit v pass 沪B1", "emit v alarm", "emit v pass none count=2"})
            EXPECT_EQ(test.tell(word), "ok") << word;
        co_await test.until(5);
        EXPECT_EQ(test.tell("mute v on"), "ok");
        EXPECT_EQ(test.tell("emit v pass 沪B2"), "ok");
        co_await pause(100ms);
        const auto newest = co_await test.ask(R"({"cmd":"get_max_rec_id"})");
        EXPECT_THAT(newest, HasSubstr("\"max_id\":4"));
    };
    const auto keys = estate("retransmit=false\n");
    std::vector<std::string> answers{R"({"Response_AlarmInfoPlate":{"info":"no"}})"};
    run(keys, with_server(std::move(answers), scene(*this)));
    std::string all;
    for (const auto& post : posts)
        all += post;
    EXPECT_THAT(all, HasSubstr("<junk>"));
    EXPECT_THAT(all, HasSubstr("\xBB\xA6"
                               "B1"));
    EXPECT_THAT(all, HasSubstr("imageFile"));
    EXPECT_THAT(all, HasSubstr("AlarmGioIn"));
    EXPECT_THAT(all, HasSubstr("_无_"));
    EXPECT_THAT(all, Not(HasSubstr("B2")));
}

} // namespace
} // namespace gatehouse::sim::vzenith
