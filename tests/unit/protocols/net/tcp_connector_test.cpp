#include "protocols/net/tcp_connector.hpp"

#include "gateway/base/task_group.hpp"
#include "protocols/net/post_box.hpp"
#include "tests/fakes/made_certificate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <filesystem>

#include <unistd.h>

namespace gatehouse::net {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using base::Errc;
using Tls = asio::ssl::stream<tcp::socket>;

class TcpConnectorTest : public testing::Test {
protected:
    using Stream = std::unique_ptr<base::ByteStream>;

    TcpConnectorTest() : folder(testing::TempDir() + "gatehouse-tls-" + std::to_string(::getpid()))
    {
        std::filesystem::create_directories(folder);
        target.host = "127.0.0.1";
        target.port = acceptor.local_endpoint().port();
    }
    ~TcpConnectorTest() override
    {
        tasks.cancel();
        run_until([this] { return tasks.size() == 0; });
        std::filesystem::remove_all(folder);
    }
    void run_until(const std::function<bool()>& done)
    {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < limit)
            io.run_one_for(20ms);
        ASSERT_TRUE(done());
    }

    // Sends back what comes, once, and hangs up.
    asio::awaitable<void> echo()
    {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        std::array<char, 64> chunk{};
        const auto size = co_await socket.async_read_some(asio::buffer(chunk), asio::use_awaitable);
        co_await asio::async_write(socket, asio::buffer(chunk.data(), size), asio::use_awaitable);
    }
    asio::awaitable<void> echo_tls(asio::ssl::context& context)
    {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        co_await talk_tls(std::move(socket), context);
    }
    static asio::awaitable<void> talk_tls(tcp::socket socket, asio::ssl::context& context)
    {
        Tls tls(std::move(socket), context);
        const auto [refused] =
            co_await tls.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
        if (refused) co_return;
        std::array<char, 64> chunk{};
        const auto [reason, size] =
            co_await tls.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
        if (reason) co_return;
        co_await asio::async_write(tls, asio::buffer(chunk.data(), size), asio::use_awaitable);
    }
    asio::awaitable<void> round_trip()
    {
        auto stream = co_await connector.connect(target);
        if (!stream) {
            error = stream.error();
            co_return;
        }
        const std::string text = "knock";
        const auto written = co_await (*stream)->write(std::as_bytes(std::span(text)));
        if (!written) error = written.error();
        std::array<std::byte, 64> chunk{};
        for (;;) {
            const auto size = co_await (*stream)->read_some(chunk);
            if (!size) {
                end = size.error();
                co_return;
            }
            heard.append(reinterpret_cast<const char*>(chunk.data()), *size);
        }
    }
    void run_round_trip()
    {
        base::TaskGroup client(io.get_executor());
        client.spawn("round trip", round_trip());
        run_until([&] { return client.size() == 0; });
    }
    // Says hello in clear text, then wants TLS, and sends back what comes.
    asio::awaitable<void> greet_and_start_tls(asio::ssl::context& context)
    {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        const std::string hello = "hello";
        co_await asio::async_write(socket, asio::buffer(hello), asio::use_awaitable);
        co_await talk_tls(std::move(socket), context);
    }
    asio::awaitable<void> start_tls_and_talk()
    {
        auto plain = co_await connector.connect(target);
        if (!plain) co_return;
        std::array<std::byte, 64> chunk{};
        const auto size = co_await (*plain)->read_some(chunk);
        if (!size) co_return;
        heard.append(reinterpret_cast<const char*>(chunk.data()), *size);
        auto tls = co_await connector.start_tls(std::move(*plain), target);
        if (!tls) {
            error = tls.error();
            co_return;
        }
        const std::string text = "knock";
        const auto written = co_await (*tls)->write(std::as_bytes(std::span(text)));
        if (!written) error = written.error();
        const auto back = co_await (*tls)->read_some(chunk);
        if (back) heard.append(reinterpret_cast<const char*>(chunk.data()), *back);
    }
    asio::awaitable<void> answer_post(asio::ssl::context& context)
    {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        Tls tls(std::move(socket), context);
        const auto [refused] =
            co_await tls.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
        if (refused) co_return;
        std::array<char, 4096> chunk{};
        while (!heard.ends_with("{}")) {
            const auto [reason, size] =
                co_await tls.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
            if (reason) co_return;
            heard.append(chunk.data(), size);
        }
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"errcode\":0}";
        co_await asio::async_write(tls, asio::buffer(answer), asio::use_awaitable);
    }
    asio::awaitable<void> post(PostBoxOptions options)
    {
        PostBox box(connector, clock, random, std::move(options));
        std::string body = "{}";
        std::string type = "application/json";
        HttpHeaders none;
        std::string no_query;
        posted = co_await box.post(std::move(body), std::move(type), std::move(none), std::move(no_query));
    }
    asio::ssl::context server_context(const std::string& name)
    {
        fakes::make_certificate(name, folder + "/cert.pem", folder + "/key.pem");
        asio::ssl::context context(asio::ssl::context::tls_server);
        context.use_certificate_chain_file(folder + "/cert.pem");
        context.use_private_key_file(folder + "/key.pem", asio::ssl::context::pem);
        return context;
    }

    asio::io_context io;
    tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
    base::TaskGroup tasks{io.get_executor()};
    TcpConnector connector{io.get_executor()};
    base::SystemClock clock;
    base::Random random{1};
    Posted posted;
    base::Target target;
    std::string folder;
    std::string heard;
    base::error_code error;
    base::error_code end;
};

TEST_F(TcpConnectorTest, BytesGoThereAndBackAndTheEndIsClosed)
{
    tasks.spawn("echo", echo());
    run_round_trip();
    EXPECT_EQ(heard, "knock");
    EXPECT_EQ(end, Errc::closed);
}

TEST_F(TcpConnectorTest, NobodyListeningIsAnErrorAtOnce)
{
    acceptor.close();
    run_round_trip();
    EXPECT_EQ(error, asio::error::connection_refused);
}

TEST_F(TcpConnectorTest, ATlsPeerWithATrustedNameIsSpokenTo)
{
    auto context = server_context("localhost");
    target.host = "localhost";
    target.tls = true;
    target.ca_file = folder + "/cert.pem";
    tasks.spawn("echo", echo_tls(context));
    run_round_trip();
    EXPECT_FALSE(error) << error.message();
    EXPECT_EQ(heard, "knock");
    EXPECT_EQ(end, Errc::closed);
}

TEST_F(TcpConnectorTest, ATlsPeerNobodyVouchesForIsRefused)
{
    auto context = server_context("localhost");
    target.host = "localhost";
    target.tls = true;
    tasks.spawn("echo", echo_tls(context));
    run_round_trip();
    EXPECT_EQ(error, Errc::untrusted);
    EXPECT_EQ(heard, "");
}

TEST_F(TcpConnectorTest, ATlsPeerWithAnotherNameIsRefused)
{
    auto context = server_context("somebody.example");
    target.host = "localhost";
    target.tls = true;
    target.ca_file = folder + "/cert.pem";
    tasks.spawn("echo", echo_tls(context));
    run_round_trip();
    EXPECT_EQ(error, Errc::untrusted);
}

TEST_F(TcpConnectorTest, VerificationCanBeSwitchedOffByConsent)
{
    auto context = server_context("somebody.example");
    target.tls = true;
    target.verify_peer = false;
    tasks.spawn("echo", echo_tls(context));
    run_round_trip();
    EXPECT_EQ(heard, "knock");
}

TEST_F(TcpConnectorTest, AnUnreadableCaFileIsNamedAsBadInput)
{
    target.tls = true;
    target.ca_file = folder + "/missing.pem";
    tasks.spawn("echo", echo());
    run_round_trip();
    EXPECT_EQ(error, Errc::bad_input);
}

TEST_F(TcpConnectorTest, TlsBeginsOnAConnectionThatWasPlainBefore)
{
    auto context = server_context("localhost");
    target.host = "localhost";
    target.ca_file = folder + "/cert.pem";
    tasks.spawn("server", greet_and_start_tls(context));
    base::TaskGroup client(io.get_executor());
    client.spawn("client", start_tls_and_talk());
    run_until([&] { return client.size() == 0; });
    EXPECT_FALSE(error) << error.message();
    EXPECT_EQ(heard, "helloknock");
}

TEST_F(TcpConnectorTest, StartingTlsLooksAtNameAndAuthorityToo)
{
    auto context = server_context("somebody.example");
    target.host = "localhost";
    target.ca_file = folder + "/cert.pem";
    tasks.spawn("server", greet_and_start_tls(context));
    base::TaskGroup client(io.get_executor());
    client.spawn("client", start_tls_and_talk());
    run_until([&] { return client.size() == 0; });
    EXPECT_EQ(error, Errc::untrusted);
}

TEST_F(TcpConnectorTest, ATargetThatMustLeadOutsideLeadsToThisBoxOnlyIfItIsListed)
{
    for (const char* host : {"localhost", "127.0.0.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "::1",
                             "::ffff:127.0.0.1", "fe80::1", "fd00:ec2::254"}) {
        target.host = host;
        target.outside_but.emplace();
        run_round_trip();
        EXPECT_EQ(error, Errc::unauthorised) << host;
        error = {};
    }
    target.host = "127.0.0.1";
    target.outside_but = {"127.0.0.1"};
    tasks.spawn("echo", echo());
    run_round_trip();
    EXPECT_EQ(heard, "knock");
}

// What the staff channels send goes this way.
TEST_F(TcpConnectorTest, APostOverTlsIsAnsweredAndOneToAStrangerNeverLeaves)
{
    auto context = server_context("localhost");
    PostBoxOptions options;
    const auto port = std::to_string(target.port);
    options.address = *parse_post_address("https://localhost:" + port + "/robot/send?access_token=hidden");
    options.address.target.ca_file = folder + "/cert.pem";
    tasks.spawn("server", answer_post(context));
    base::TaskGroup client(io.get_executor());
    client.spawn("post", post(options));
    run_until([&] { return client.size() == 0; });
    EXPECT_EQ(posted.fate, Posted::Fate::answered) << posted.why;
    EXPECT_EQ(posted.body, R"({"errcode":0})");
    EXPECT_TRUE(
        heard.starts_with("POST /robot/send?access_token=hidden HTTP/1.1\r\nHost: localhost:" + port));
    EXPECT_TRUE(heard.ends_with("{}"));
    heard.clear();
    options.address.target.ca_file.clear();
    tasks.spawn("server", answer_post(context));
    client.spawn("post", post(options));
    run_until([&] { return client.size() == 0; });
    EXPECT_EQ(posted.fate, Posted::Fate::not_sent);
    EXPECT_EQ(heard, "");
}

TEST_F(TcpConnectorTest, ACancelledReadEndsItsTask)
{
    base::TaskGroup client(io.get_executor());
    client.spawn("round trip", round_trip());
    run_until([&] { return client.size() == 1; });
    io.run_for(50ms); // connected through the backlog, waiting for an answer that never comes
    client.cancel();
    run_until([&] { return client.size() == 0; });
    EXPECT_FALSE(end);
}

} // namespace
} // namespace gatehouse::net
