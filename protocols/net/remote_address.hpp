#pragma once
#include "gateway/base/asio.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/serial_port.hpp>

#include <string>

namespace gatehouse::net {

// Address of the peer, without port; an IPv4 peer of an IPv6 socket in its IPv4 form. Empty when it is gone.
[[nodiscard]] std::string remote_address(const asio::ip::tcp::socket::lowest_layer_type& socket);
// A serial line and a socket pair have no address.
[[nodiscard]] inline std::string remote_address(const asio::serial_port&)
{
    return {};
}
[[nodiscard]] inline std::string
remote_address(const asio::local::stream_protocol::socket::lowest_layer_type&)
{
    return {};
}

} // namespace gatehouse::net
