#include "protocols/net/tcp_connector.hpp"

#include "gateway/base/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>

#include <unistd.h>

namespace gatehouse::net {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using base::Errc;
using Tls = asio::ssl::stream<tcp::socket>;

template <class T, void (*release)(T*)>
struct Release {
    void operator()(T* object) const { release(object); }
};
template <class T, void (*release)(T*)>
using Owned = std::unique_ptr<T, Release<T, release>>;

struct File {
    explicit File(const std::string& path) : handle(std::fopen(path.c_str(), "w")) {}
    ~File() { std::fclose(handle); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::FILE* handle;
};

// A key and a certificate signed by itself for one name, valid now; made anew for each test.
void make_certificate(const std::string& name, const std::string& certificate_file,
                      const std::string& key_file)
{
    const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
    const Owned<X509, X509_free> certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> names(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str()));
    X509_add_ext(certificate.get(), names.get(), -1);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const File certificate_out(certificate_file);
    PEM_write_X509(certificate_out.handle, certificate.get());
    const File key_out(key_file);
    PEM_write_PrivateKey(key_out.handle, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

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
    asio::ssl::context server_context(const std::string& name)
    {
        make_certificate(name, folder + "/cert.pem", folder + "/key.pem");
        asio::ssl::context context(asio::ssl::context::tls_server);
        context.use_certificate_chain_file(folder + "/cert.pem");
        context.use_private_key_file(folder + "/key.pem", asio::ssl::context::pem);
        return context;
    }

    asio::io_context io;
    tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
    base::TaskGroup tasks{io.get_executor()};
    TcpConnector connector{io.get_executor()};
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
