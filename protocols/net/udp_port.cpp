#include "protocols/net/udp_port.hpp"

#include "gateway/base/cancellation.hpp"
#include "protocols/net/socket_error.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace gatehouse::net {
namespace {

using asio::ip::udp;
using base::Errc;

constexpr std::size_t datagram_max = 2048;

base::Result<udp::endpoint> endpoint_of(const base::Endpoint& where)
{
    if (where.host.empty()) return udp::endpoint(udp::v4(), where.port);
    base::error_code no_literal;
    const auto address = asio::ip::make_address_v4(where.host, no_literal);
    if (no_literal) return Errc::bad_input;
    return udp::endpoint(address, where.port);
}

} // namespace

base::Result<std::unique_ptr<base::DatagramPort>> UdpPort::open(const asio::any_io_executor& executor,
                                                                const base::Endpoint& local)
{
    const auto where = endpoint_of(local);
    if (!where) return where.error();
    udp::socket socket(executor);
    base::error_code reason;
    socket.open(udp::v4(), reason);
    if (!reason) socket.set_option(asio::socket_base::broadcast(true), reason);
    // Not reuse_address: of two sockets at one port the system would give each datagram to only one of them.
    if (!reason) socket.bind(*where, reason);
    if (reason) return reason;
    return std::make_unique<UdpPort>(std::move(socket));
}

asio::awaitable<base::Result<void>> UdpPort::send(base::Endpoint to, std::span<const std::byte> bytes)
{
    const auto where = endpoint_of(to);
    if (!where) co_return where.error();
    const auto source = asio::buffer(bytes.data(), bytes.size());
    const auto [reason, size] =
        co_await socket_.async_send_to(source, *where, asio::as_tuple(asio::use_awaitable));
    if (!reason) co_return base::Result<void>();
    co_await base::throw_if_cancelled();
    if (reason == asio::error::host_unreachable || reason == asio::error::network_unreachable)
        co_return Errc::unreachable;
    co_return as_closed(reason);
}

asio::awaitable<base::Result<base::Datagram>> UdpPort::receive()
{
    base::Datagram datagram;
    datagram.bytes.resize(datagram_max);
    udp::endpoint from;
    const auto room = asio::buffer(datagram.bytes.data(), datagram.bytes.size());
    const auto [reason, size] =
        co_await socket_.async_receive_from(room, from, asio::as_tuple(asio::use_awaitable));
    if (reason) {
        co_await base::throw_if_cancelled();
        co_return as_closed(reason);
    }
    datagram.bytes.resize(size);
    datagram.from.host = from.address().to_string();
    datagram.from.port = from.port();
    co_return datagram;
}

base::Endpoint UdpPort::local() const
{
    base::Endpoint where;
    base::error_code gone;
    const auto found = socket_.local_endpoint(gone);
    if (gone) return where;
    where.host = found.address().to_string();
    where.port = found.port();
    return where;
}

} // namespace gatehouse::net
