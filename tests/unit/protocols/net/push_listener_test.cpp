#include "protocols/net/push_listener.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace gatehouse::net {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

std::string post(const std::string& target, const std::string& body, const std::string& more = "")
{
    return "POST " + target + " HTTP/1.1\r\nHost: gw\r\nContent-Type: application/xml\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}
const std::string last = "Connection: close\r\n";

std::size_t count(const std::string& text, const std::string& what)
{
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++found;
    return found;
}

// What a client got; kept by both sides, whoever ends first.
struct Heard {
    std::string text;
    bool ended = false;
};

class PushListenerTest : public testing::Test {
protected:
    PushListenerTest()
    {
        options.device_of = [](const std::string& remote) { return remote == "127.0.0.1" ? "bell-1" : ""; };
    }
    ~PushListenerTest() override
    {
        clients.cancel();
        base::TaskGroup stopping(io.get_executor());
        stopping.spawn("stop", listener->stop());
        run_until([&] { return stopping.size() == 0 && clients.size() == 0; });
    }

    void listen()
    {
        PushHandler handler = [this](std::string device, device::PushRequest request) {
            return handle(std::move(device), std::move(request));
        };
        listener =
            std::make_unique<PushListener>(io.get_executor(), clock, metrics, options, std::move(handler));
        ASSERT_TRUE(listener->start());
    }
    asio::awaitable<device::PushReply> handle(std::string device, device::PushRequest request)
    {
        devices.push_back(std::move(device));
        requests.push_back(std::move(request));
        device::PushReply answer = reply;
        co_return answer;
    }
    // Sends the pieces one after the other, then collects what comes until the listener hangs up.
    asio::awaitable<void> talk(std::vector<std::string> pieces, std::shared_ptr<Heard> heard)
    {
        auto executor = io.get_executor();
        tcp::socket socket(executor);
        const tcp::endpoint where(asio::ip::make_address("127.0.0.1"), listener->port());
        co_await socket.async_connect(where, asio::use_awaitable);
        for (const auto& piece : pieces) {
            co_await asio::async_write(socket, asio::buffer(piece), asio::as_tuple(asio::use_awaitable));
            co_await asio::post(executor, asio::use_awaitable);
        }
        std::array<char, 4096> chunk{};
        for (;;) {
            const auto [reason, size] =
                co_await socket.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
            if (reason) break;
            heard->text.append(chunk.data(), size);
        }
        heard->ended = true;
    }
    void run_until(const std::function<bool()>& done)
    {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < limit)
            io.run_one_for(20ms);
        ASSERT_TRUE(done());
    }
    // A whole conversation that the listener ends.
    std::string conversation(std::vector<std::string> pieces)
    {
        const auto heard = std::make_shared<Heard>();
        clients.spawn("talk", talk(std::move(pieces), heard));
        run_until([&] { return heard->ended; });
        return heard->text;
    }
    std::uint64_t refused(const std::string& reason)
    {
        return metrics.counter("gatehouse_push_refused_total", "", {{"reason", reason}}).value();
    }

    asio::io_context io;
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    PushListenerOptions options;
    device::PushReply reply;
    std::vector<std::string> devices;
    std::vector<device::PushRequest> requests;
    std::unique_ptr<PushListener> listener;
    base::TaskGroup clients{io.get_executor()};
};

TEST_F(PushListenerTest, HandsTheRequestToTheDeviceOfItsPath)
{
    listen();
    const auto heard =
        conversation({post("/push/lpr-in-1/events?x=1", "<a/>", "Authorization: Digest q\r\n" + last)});
    EXPECT_EQ(heard, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(devices[0], "lpr-in-1");
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].target, "/push/lpr-in-1/events?x=1");
    EXPECT_EQ(requests[0].remote, "127.0.0.1");
    EXPECT_EQ(requests[0].content_type, "application/xml");
    EXPECT_EQ(requests[0].authorization, "Digest q");
    EXPECT_EQ(requests[0].body, "<a/>");
}

TEST_F(PushListenerTest, PipelinedRequestsAreAnsweredInOrderOnOneConnection)
{
    listen();
    const auto heard =
        conversation({post("/push/a", "1") + post("/push/a", "22") + post("/push/a", "333", last)});
    EXPECT_EQ(count(heard, "200 OK"), 3U);
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_EQ(requests[1].body, "22");
}

TEST_F(PushListenerTest, ASlowSenderIsReadByteByByte)
{
    listen();
    std::vector<std::string> pieces;
    for (const char byte : post("/push/a", "<slow/>", last))
        pieces.emplace_back(1, byte);
    EXPECT_EQ(count(conversation(pieces), "200 OK"), 1U);
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].body, "<slow/>");
}

TEST_F(PushListenerTest, AChunkedBodyIsPutTogether)
{
    listen();
    conversation({"POST /push/a HTTP/1.1\r\nHost: g\r\nConnection: close\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"});
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].body, "abcde");
}

TEST_F(PushListenerTest, ABigBodyArrivesWhole)
{
    listen();
    const std::string body(900'000, 'p');
    conversation({post("/push/a", body, last)});
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].body, body);
}

TEST_F(PushListenerTest, ABodyTooLargeIsRefusedBeforeItIsRead)
{
    options.body_max = 1000;
    listen();
    EXPECT_EQ(count(conversation({post("/push/a", std::string(1001, 'x'))}), "413 "), 1U);
    EXPECT_EQ(refused("too_large"), 1U);
    EXPECT_TRUE(requests.empty());
}

TEST_F(PushListenerTest, AChunkedBodyCannotGetRoundTheLimit)
{
    options.body_max = 4;
    listen();
    const auto heard = conversation(
        {"POST /push/a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n"});
    EXPECT_EQ(count(heard, "413 "), 1U);
}

TEST_F(PushListenerTest, MoreBytesThanAllTogetherMayHoldAreSentBack)
{
    options.bytes_in_flight_max = 500;
    listen();
    EXPECT_EQ(count(conversation({post("/push/a", std::string(501, 'x'))}), "503 "), 1U);
    EXPECT_EQ(refused("overloaded"), 1U);
    EXPECT_EQ(count(conversation({post("/push/a", std::string(499, 'x'), last)}), "200 "), 1U);
}

TEST_F(PushListenerTest, TheDriversRefusalReachesTheDevice)
{
    listen();
    reply.status = 401;
    reply.www_authenticate = "Digest realm=\"gw\"";
    reply.body = "no";
    const auto heard = conversation({post("/push/a", "x", last)});
    EXPECT_EQ(count(heard, "401 Unauthorized"), 1U);
    EXPECT_EQ(count(heard, "WWW-Authenticate: Digest realm=\"gw\""), 1U);
}

TEST_F(PushListenerTest, OtherPathsAndRubbishAreRefusedAndCounted)
{
    listen();
    for (const auto* path : {"/", "/push/", "/push/UPPER", "/push/../x", "/other/a"})
        EXPECT_EQ(count(conversation({post(path, "x")}), "404 "), 1U) << path;
    EXPECT_EQ(refused("unknown_path"), 5U);
    EXPECT_EQ(count(conversation({"\x16\x03\x01 no HTTP at all\r\n\r\n"}), "400 "), 1U);
    EXPECT_EQ(refused("malformed"), 1U);
    EXPECT_TRUE(requests.empty());
}

TEST_F(PushListenerTest, ARequestOnAVendorsPathGoesToWhomeverClaimsIt)
{
    options.claimed_by = [](const device::PushRequest& request) {
        return request.target == "//iclock/cdata?SN=A1" && request.remote == "127.0.0.1" ? "face-1" : "";
    };
    listen();
    reply.date = "Sun, 06 Nov 1994 08:49:37 GMT";
    const auto heard = conversation(
        {post("//iclock/cdata?SN=A1", "1\t2", "Cookie: token=0f\r\n") + post("/iclock/cdata?SN=B2", "3")});
    EXPECT_EQ(count(heard, "200 OK"), 1U);
    EXPECT_EQ(count(heard, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), 1U);
    EXPECT_EQ(count(heard, "404 "), 1U);
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(devices[0], "face-1");
    EXPECT_EQ(requests[0].header("cookie"), "token=0f");
    EXPECT_EQ(requests[0].body, "1\t2");
    EXPECT_EQ(refused("unknown_path"), 1U);
}

TEST_F(PushListenerTest, AContinueIsGivenToWhoAsksForIt)
{
    listen();
    const auto head = post("/push/a", "abc", "Expect: 100-continue\r\n" + last);
    const auto heard = conversation({head.substr(0, head.size() - 3), "abc"});
    EXPECT_EQ(count(heard, "200 OK"), 1U);
    EXPECT_EQ(requests.size(), 1U);
}

TEST_F(PushListenerTest, BareDocumentsGoToTheDeviceAtThatAddress)
{
    listen();
    reply.status = 503; // also ends the connection, the only way to say no
    const std::string heard = conversation({"<?xml version=\"1.0\"?><Event", "Alert>1</EventAlert>"});
    EXPECT_EQ(heard, "");
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(devices[0], "bell-1");
    EXPECT_EQ(requests[0].body, "<?xml version=\"1.0\"?><EventAlert>1</EventAlert>");
    EXPECT_EQ(requests[0].content_type, "application/xml");
    conversation({"{\"a\":\"}\"}"});
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[1].body, "{\"a\":\"}\"}");
}

TEST_F(PushListenerTest, BareDocumentsOfStrangersAreDropped)
{
    options.device_of = nullptr;
    listen();
    EXPECT_EQ(conversation({"<a/>"}), "");
    EXPECT_TRUE(requests.empty());
    EXPECT_EQ(refused("unknown_path"), 1U);
}

TEST_F(PushListenerTest, OneConnectionTooManyIsTurnedAway)
{
    options.connections_max = 1;
    listen();
    const auto first = std::make_shared<Heard>();
    clients.spawn("talk", talk({"POST /push/a HTTP/1.1\r\n"}, first));
    run_until([&] { return listener->connections() == 1; });
    EXPECT_EQ(count(conversation({}), "503 "), 1U);
    EXPECT_EQ(refused("connections"), 1U);
    EXPECT_FALSE(first->ended);
}

TEST_F(PushListenerTest, AnUnfinishedRequestAndAnIdleConnectionEndInTime)
{
    listen();
    const auto slow = std::make_shared<Heard>();
    const auto idle = std::make_shared<Heard>();
    clients.spawn("slow", talk({"POST /push/a HTTP/1.1\r\n"}, slow));
    clients.spawn("idle", talk({}, idle));
    run_until([&] {
        return listener->connections() == 2 && metrics.counter("gatehouse_push_bytes_total", "").value() > 0;
    });
    for (int second = 0; second < 31; ++second) {
        clock.advance(1s);
        io.poll();
    }
    run_until([&] { return slow->ended; });
    EXPECT_FALSE(idle->ended);
    EXPECT_EQ(refused("timed_out"), 1U);
    for (int second = 0; second < 31; ++second) {
        clock.advance(1s);
        io.poll();
    }
    run_until([&] { return idle->ended; });
    EXPECT_EQ(listener->connections(), 0U);
}

TEST_F(PushListenerTest, APortInUseIsAnErrorAndNoCrash)
{
    listen();
    PushListenerOptions same = options;
    same.port = listener->port();
    PushListener second(io.get_executor(), clock, metrics, same, {});
    EXPECT_FALSE(second.start());
    same.host = "not an address";
    PushListener third(io.get_executor(), clock, metrics, same, {});
    EXPECT_EQ(third.start().error(), base::Errc::bad_input);
}

} // namespace
} // namespace gatehouse::net
