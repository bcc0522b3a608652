#include "tests/fakes/made_certificate.hpp"
#include "tests/unit/gateway/api/server_fixture.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <fstream>

#include <sys/stat.h>

namespace gatehouse::api {
namespace {

class ApiTlsTest : public ApiServerTest {
protected:
    ApiTlsTest()
    {
        directory = testing::TempDir() + "gatehouse-tls-" + std::to_string(::getpid()) + "/";
        std::filesystem::remove_all(directory);
        std::filesystem::create_directory(directory);
        files = {directory + "certificate.pem", directory + "key.pem"};
        fakes::make_certificate("gate.example", files.certificate, files.key);
        options.tls = files;
        options.tell_certificate = [this](bool ok, const std::string& detail) {
            told.push_back((ok ? "ok " : "bad ") + detail);
        };
    }
    ~ApiTlsTest() override { std::filesystem::remove_all(directory); }

    using Tls = asio::ssl::stream<tcp::socket>;
    // What one handshake and request brought.
    struct Visit {
        std::string heard;
        std::string name; // the certificate's subject
        bool secured = false;
    };
    asio::awaitable<void> visit(std::string request, int newest, Visit& seen)
    {
        asio::ssl::context context(asio::ssl::context::tls_client);
        SSL_CTX_set_security_level(context.native_handle(), 0); // to offer what nobody should take
        SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
        if (newest != 0) SSL_CTX_set_max_proto_version(context.native_handle(), newest);
        Tls stream(tcp::socket(io), context);
        stream.next_layer().connect(here());
        const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::client,
                                                              asio::as_tuple(asio::use_awaitable));
        if (failed) co_return;
        seen.secured = true;
        const fakes::Owned<X509, X509_free> shown(SSL_get1_peer_certificate(stream.native_handle()));
        std::array<char, 64> name{};
        X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name.data(),
                                  static_cast<int>(name.size()));
        seen.name = name.data();
        co_await asio::async_write(stream, asio::buffer(request), asio::as_tuple(asio::use_awaitable));
        std::array<char, 4096> chunk{};
        for (;;) {
            const auto [end, size] =
                co_await stream.async_read_some(asio::buffer(chunk), asio::as_tuple(asio::use_awaitable));
            if (end) break;
            seen.heard.append(chunk.data(), size);
        }
    }
    Visit over_tls(const std::string& request, int newest = 0)
    {
        Visit seen;
        base::TaskGroup client(io.get_executor());
        client.spawn("visit", visit(request, newest, seen));
        run_until([&] { return client.size() == 0; });
        return seen;
    }
    [[nodiscard]] tcp::endpoint here() const { return {asio::ip::make_address("127.0.0.1"), server->port()}; }
    // Once more than the files must rest for.
    void look_twice()
    {
        for (int i = 0; i < 3; ++i) {
            clock.advance(10s);
            for (int j = 0; j < 50; ++j)
                io.poll();
        }
    }

    std::string directory;
    CertificateFiles files;
    std::vector<std::string> told;
};

TEST_F(ApiTlsTest, ServesOverTlsAndSaysThatItStaysSo)
{
    ASSERT_TRUE(start());
    const auto seen = over_tls(get_text("/healthz"));
    EXPECT_EQ(status_of(seen.heard), 200U);
    EXPECT_EQ(seen.name, "gate.example");
    EXPECT_NE(seen.heard.find("Strict-Transport-Security: max-age="), std::string::npos);
    EXPECT_EQ(
        status_of(over_tls("GET /healthz HTTP/1.1\r\nHost: gate.example\r\nConnection: close\r\n\r\n").heard),
        200U)
        << "a name of the certificate is ours";
    EXPECT_EQ(
        status_of(over_tls("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").heard),
        421U);
    EXPECT_EQ(status_of(over_control(get_text("/healthz"))), 200U) << "the control socket goes in clear";
}

TEST_F(ApiTlsTest, OldVersionsOfTlsAreRefused)
{
    ASSERT_TRUE(start());
    EXPECT_FALSE(over_tls(get_text("/healthz"), TLS1_1_VERSION).secured);
    EXPECT_TRUE(over_tls(get_text("/healthz"), TLS1_2_VERSION).secured);
}

TEST_F(ApiTlsTest, WhoeverSpeaksInClearIsToldSo)
{
    ASSERT_TRUE(start());
    const auto answer = over_tcp(get_text("/healthz"));
    EXPECT_EQ(status_of(answer), 400U);
    EXPECT_NE(answer.find("this port speaks HTTPS"), std::string::npos);
    EXPECT_EQ(over_tcp("\x01\x02 nonsense \r\n\r\n").find("HTTP"), std::string::npos);
}

TEST_F(ApiTlsTest, AHandshakeThatNeverEndsIsEnded)
{
    ASSERT_TRUE(start());
    tcp::socket silent(io);
    silent.connect(here());
    std::string heard;
    base::TaskGroup client(io.get_executor());
    client.spawn("silent", talk(Socket(std::move(silent)), "", heard));
    run_until([&] { return metrics.counter("gatehouse_api_connections_total", "").value() == 1; });
    clock.advance(9s);
    for (int i = 0; i < 20; ++i)
        io.poll();
    EXPECT_EQ(client.size(), 1U);
    clock.advance(2s);
    run_until([&] { return client.size() == 0; });
    EXPECT_EQ(metrics.counter("gatehouse_api_refused_total", "", {{"reason", "timed_out"}}).value(), 1U);
}

TEST_F(ApiTlsTest, ANewCertificateServesTheNextHandshake)
{
    ASSERT_TRUE(start());
    fakes::make_certificate("new.example", files.certificate, files.key);
    look_twice();
    run_until([&] { return over_tls(get_text("/healthz")).name == "new.example"; });
}

TEST_F(ApiTlsTest, ABadNewCertificateKeepsTheOldOneAndIsToldOnce)
{
    ASSERT_TRUE(start());
    fakes::make_certificate("new.example", directory + "other.pem", files.key);
    look_twice();
    run_until([&] {
        look_twice();
        return !told.empty() &&
               told.back().find("the key is not that of the certificate") != std::string::npos;
    });
    const auto times = std::count_if(told.begin(), told.end(), [](const std::string& text) {
        return text.find("the old one stays") != std::string::npos;
    });
    EXPECT_EQ(times, 1);
    EXPECT_EQ(over_tls(get_text("/healthz")).name, "gate.example");
}

TEST_F(ApiTlsTest, WithoutACertificateItDoesNotStart)
{
    options.tls->key = directory + "missing.pem";
    Server none(io.get_executor(), clock, metrics, options, services);
    EXPECT_EQ(none.start().error(), base::Errc::bad_input);
}

TEST_F(ApiTlsTest, NetworksAreServedOverTlsOnly)
{
    options.host = "0.0.0.0";
    ASSERT_TRUE(start());
    EXPECT_EQ(
        status_of(over_tls("GET /healthz HTTP/1.1\r\nHost: 192.0.2.1\r\nConnection: close\r\n\r\n").heard),
        200U);
}

TEST_F(ApiTlsTest, TheBoxMakesItsOwnCertificateOnceAndKeepsTheKeyToItself)
{
    const auto made = own_certificate(directory, {"box", "192.0.2.7", "no name;"}, clock.wall());
    ASSERT_TRUE(made);
    struct stat facts {};
    ASSERT_EQ(::stat(made->key.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
    std::ifstream first(made->certificate);
    const std::string text{std::istreambuf_iterator<char>(first), {}};
    ASSERT_TRUE(own_certificate(directory, {"box"}, clock.wall()));
    std::ifstream second(made->certificate);
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>(second), {}}), text);
    options.tls = *made;
    ASSERT_TRUE(start());
    EXPECT_EQ(over_tls(get_text("/healthz")).name, "Gatehouse");
    EXPECT_EQ(status_of(over_tls("GET /healthz HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n").heard),
              200U);
    const auto later = clock.wall() + std::chrono::years(40);
    ASSERT_TRUE(own_certificate(directory, {"box"}, later));
    std::ifstream third(made->certificate);
    EXPECT_NE((std::string{std::istreambuf_iterator<char>(third), {}}), text) << "it had expired";
}

} // namespace
} // namespace gatehouse::api
