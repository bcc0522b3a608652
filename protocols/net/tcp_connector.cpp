#include "protocols/net/tcp_connector.hpp"

#include "gateway/base/cancellation.hpp"
#include "gateway/base/log.hpp"
#include "protocols/net/socket_stream.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

namespace gatehouse::net {
namespace {

using asio::ip::tcp;
using base::Errc;
using StreamPtr = std::unique_ptr<base::ByteStream>;
using TlsSocket = asio::ssl::stream<tcp::socket>;

asio::awaitable<base::Result<std::vector<tcp::endpoint>>> resolve(asio::any_io_executor executor,
                                                                  std::string host, std::uint16_t port)
{
    std::vector<tcp::endpoint> endpoints;
    base::error_code not_literal;
    const auto literal = asio::ip::make_address(host, not_literal);
    if (!not_literal) {
        endpoints.emplace_back(literal, port);
        co_return endpoints;
    }
    tcp::resolver resolver(executor);
    const std::string service = std::to_string(port);
    const auto [reason, found] = co_await resolver.async_resolve(
        host, service, tcp::resolver::numeric_service, asio::as_tuple(asio::use_awaitable));
    if (reason) {
        co_await base::throw_if_cancelled();
        if (reason == asio::error::host_not_found) co_return Errc::not_found;
        co_return reason;
    }
    for (const auto& entry : found)
        endpoints.push_back(entry.endpoint());
    co_return endpoints;
}

// Addresses that lead to this box, to its own link, or to a cloud's metadata (169.254.169.254 is link-local).
bool is_inner(const asio::ip::address& address)
{
    if (address.is_loopback() || address.is_unspecified() || address.is_multicast()) return true;
    if (address.is_v4()) {
        constexpr unsigned link_local = 0xa9fe;   // 169.254.0.0/16
        constexpr unsigned metadata = 0x646464c8; // 100.100.100.200, Alibaba Cloud
        const auto plain = address.to_v4().to_uint();
        return plain >> 16U == link_local || plain == metadata;
    }
    const auto long_one = address.to_v6();
    if (long_one.is_v4_mapped()) return is_inner(asio::ip::make_address_v4(asio::ip::v4_mapped, long_one));
    static const auto metadata = asio::ip::make_address_v6("fd00:ec2::254");
    return long_one.is_link_local() || long_one == metadata;
}

void leave_outside(std::vector<tcp::endpoint>& endpoints, const std::vector<std::string>& allowed)
{
    std::erase_if(endpoints, [&](const tcp::endpoint& endpoint) {
        const auto text = endpoint.address().to_string();
        return is_inner(endpoint.address()) &&
               std::find(allowed.begin(), allowed.end(), text) == allowed.end();
    });
}

// Best effort: a platform that refuses an option still gives a working connection.
void tune(tcp::socket& socket, const TcpConnectorOptions& options)
{
    using Idle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
    using Interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
    using Count = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
    base::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    socket.set_option(Idle(static_cast<int>(options.keepalive_idle.count())), ignored);
    socket.set_option(Interval(static_cast<int>(options.keepalive_interval.count())), ignored);
    socket.set_option(Count(options.keepalive_count), ignored);
}

base::error_code tls_reason(base::error_code reason)
{
    if (reason.category() == asio::error::get_ssl_category() &&
        ERR_GET_REASON(static_cast<unsigned long>(reason.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED)
        return Errc::untrusted;
    return as_closed(reason);
}

bool is_literal(const std::string& host)
{
    base::error_code not_literal;
    static_cast<void>(asio::ip::make_address(host, not_literal));
    return !not_literal;
}

asio::awaitable<base::Result<StreamPtr>>
secure(tcp::socket socket, std::shared_ptr<asio::ssl::context> context, base::Target target)
{
    TlsSocket tls(std::move(socket), *context); // the SSL object keeps its own reference to OpenSSL's context
    // RFC 6066 §3: a name, never an address.
    if (!is_literal(target.host)) SSL_set_tlsext_host_name(tls.native_handle(), target.host.c_str());
    base::error_code ignored; // neither call can fail for a client socket
    if (target.verify_peer) {
        tls.set_verify_mode(asio::ssl::verify_peer, ignored);
        asio::ssl::host_name_verification same_name(target.host);
        tls.set_verify_callback(same_name, ignored);
    } else {
        tls.set_verify_mode(asio::ssl::verify_none, ignored);
    }
    const auto [reason] =
        co_await tls.async_handshake(asio::ssl::stream_base::client, asio::as_tuple(asio::use_awaitable));
    if (reason) {
        co_await base::throw_if_cancelled();
        base::log::debug("TLS handshake failed", base::kv("host", target.host), base::kv("why", reason));
        co_return tls_reason(reason);
    }
    co_return std::make_unique<SocketStream<TlsSocket>>(std::move(tls));
}

} // namespace

TcpConnector::TcpConnector(asio::any_io_executor executor, TcpConnectorOptions options)
    : executor_(std::move(executor)), options_(options)
{
}

TcpConnector::~TcpConnector() = default;

base::Result<std::shared_ptr<asio::ssl::context>> TcpConnector::context_for(const base::Target& target)
{
    // Without verification the trust store is of no use, so an unreadable CA file does not matter.
    const std::string key = target.verify_peer ? target.ca_file : "\n";
    const auto known = contexts_.find(key);
    if (known != contexts_.end()) return known->second;
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    base::error_code reason;
    if (target.verify_peer && target.ca_file.empty()) context->set_default_verify_paths(reason);
    if (target.verify_peer && !target.ca_file.empty()) context->load_verify_file(target.ca_file, reason);
    if (reason) return Errc::bad_input;
    contexts_.emplace(key, context);
    return context;
}

asio::awaitable<base::Result<StreamPtr>> TcpConnector::connect(base::Target target)
{
    auto endpoints = co_await resolve(executor_, target.host, target.port);
    if (!endpoints) co_return endpoints.error();
    if (endpoints->empty()) co_return Errc::not_found;
    if (target.outside_but) leave_outside(*endpoints, *target.outside_but);
    if (endpoints->empty()) co_return Errc::unauthorised;
    tcp::socket socket(executor_);
    const auto [reason, where] =
        co_await asio::async_connect(socket, *endpoints, asio::as_tuple(asio::use_awaitable));
    if (reason) {
        co_await base::throw_if_cancelled();
        if (reason == asio::error::host_unreachable || reason == asio::error::network_unreachable)
            co_return Errc::unreachable;
        co_return reason;
    }
    tune(socket, options_);
    if (!target.tls) co_return std::make_unique<SocketStream<tcp::socket>>(std::move(socket));
    const auto context = context_for(target);
    if (!context) co_return context.error();
    co_return co_await secure(std::move(socket), *context, target);
}

asio::awaitable<base::Result<StreamPtr>> TcpConnector::start_tls(StreamPtr plain, base::Target target)
{
    auto* ours = dynamic_cast<SocketStream<tcp::socket>*>(plain.get());
    if (ours == nullptr) co_return Errc::unsupported;
    const auto context = context_for(target);
    if (!context) co_return context.error();
    co_return co_await secure(ours->release(), *context, target);
}

} // namespace gatehouse::net
