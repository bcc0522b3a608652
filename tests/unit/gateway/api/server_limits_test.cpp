#include "tests/unit/gateway/api/server_fixture.hpp"

namespace gatehouse::api {
namespace {

// A client that may be slow, and does not go away by itself.
class ApiLimitsTest : public ApiServerTest {
protected:
    tcp::socket connected()
    {
        tcp::socket socket(io);
        socket.connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), server->port()));
        run_until([&] { return metrics.counter("gatehouse_api_connections_total", "").value() > seen_; });
        ++seen_;
        return socket;
    }
    std::uint64_t refused(const char* reason)
    {
        return metrics.counter("gatehouse_api_refused_total", "", {{"reason", reason}}).value();
    }
    void settle()
    {
        for (int i = 0; i < 50; ++i)
            io.poll();
    }
    // Whether the other end has closed.
    static bool is_closed(tcp::socket& socket)
    {
        base::error_code end;
        std::array<char, 64> chunk{};
        socket.non_blocking(true);
        socket.read_some(asio::buffer(chunk), end);
        return end && end != asio::error::would_block;
    }

private:
    std::uint64_t seen_ = 0;
};

TEST_F(ApiLimitsTest, AHeaderThatDribblesInIsGivenTheTimeOfOneRequest)
{
    ASSERT_TRUE(start());
    auto slow = connected();
    const std::string text = get_text("/healthz");
    for (std::size_t i = 0; i < 29; ++i) {
        asio::write(slow, asio::buffer(text.substr(i, 1)));
        settle();
        clock.advance(1s);
    }
    settle();
    EXPECT_FALSE(is_closed(slow));
    clock.advance(2s);
    run_until([&] { return is_closed(slow); });
    EXPECT_EQ(refused("timed_out"), 1U);
}

TEST_F(ApiLimitsTest, ABodyThatDribblesInHasNoTimeOfItsOwn)
{
    ASSERT_TRUE(start());
    auto slow = connected();
    asio::write(slow, asio::buffer(std::string("POST /api/v1/silences HTTP/1.1\r\n")));
    settle();
    clock.advance(20s);
    settle();
    asio::write(slow, asio::buffer(std::string("Host: localhost\r\nContent-Length: 100\r\n\r\n{")));
    settle();
    clock.advance(11s);
    run_until([&] { return is_closed(slow); });
    EXPECT_EQ(refused("timed_out"), 1U);
}

TEST_F(ApiLimitsTest, WhoeverDoesNotTakeTheAnswerIsLeft)
{
    const std::string hash(64, 'a');
    store.pictures[hash] = std::string(8'000'000, 'x');
    ASSERT_TRUE(start());
    auto slow = connected();
    asio::write(slow, asio::buffer(get_text("/api/v1/media/" + hash)));
    settle();
    clock.advance(31s);
    run_until([&] { return refused("timed_out") == 1; });
}

TEST_F(ApiLimitsTest, AnIdleClientIsLetGoWithoutBlame)
{
    ASSERT_TRUE(start());
    auto idle = connected();
    clock.advance(61s);
    run_until([&] { return is_closed(idle); });
    EXPECT_EQ(refused("timed_out"), 0U);
}

TEST_F(ApiLimitsTest, TooManyRequestsAreToldWhenToComeAgain)
{
    options.callers.loopback_too = true;
    options.callers.burst = 2;
    ASSERT_TRUE(start());
    EXPECT_EQ(get_status("/healthz"), 200U);
    EXPECT_EQ(get_status("/healthz"), 200U);
    const auto third = over_tcp(get_text("/healthz"));
    EXPECT_EQ(status_of(third), 429U);
    EXPECT_NE(third.find("\r\nRetry-After: 1\r\n"), std::string::npos);
    EXPECT_EQ(refused("rate"), 1U);
    EXPECT_EQ(status_of(over_control(get_text("/healthz"))), 200U)
        << "an operator on the box is never shut out";
}

TEST_F(ApiLimitsTest, OneAddressDoesNotTakeAllConnections)
{
    options.callers.loopback_too = true;
    options.callers.connections = 2;
    ASSERT_TRUE(start());
    const auto one = connected();
    const auto two = connected();
    EXPECT_EQ(over_tcp(get_text("/healthz")), "");
    EXPECT_EQ(refused("address"), 1U);
}

TEST_F(ApiLimitsTest, SizesAreBoundedBeforeTheyAreRead)
{
    ASSERT_TRUE(start());
    const auto announced = [&](const std::string& target, std::size_t size) {
        return status_of(over_tcp("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                                  std::to_string(size) + "\r\n\r\n"));
    };
    EXPECT_EQ(announced("/api/v1/silences", 65'537), 413U);
    EXPECT_EQ(announced("/api/v1/lists/import", 65'537), 413U) << "from somebody who may not import";
    EXPECT_EQ(
        over_tcp("POST /api/v1/silences HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "20000\r\n" +
                 std::string(0x20000, 'x'))
            .substr(9, 3),
        "413");
    EXPECT_EQ(status_of(over_tcp("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'x') +
                                 "\r\n\r\n")),
              431U);
    EXPECT_EQ(refused("too_large"), 4U);
}

} // namespace
} // namespace gatehouse::api
