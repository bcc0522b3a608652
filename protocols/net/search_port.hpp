#pragma once
#include "gateway/base/network_interface.hpp"

namespace gatehouse::net {

// Those that are up and have an IPv4 address, loopback included. Blocks no longer than a system call.
[[nodiscard]] std::vector<base::NetworkInterface> network_interfaces();

// See base::OpenSearchPort. The socket is bound to the device, so that a search asks and hears only the
// network it was meant for. io thread only.
[[nodiscard]] base::Result<std::unique_ptr<base::DatagramPort>>
open_search_port(const asio::any_io_executor& executor, const base::NetworkInterface& through,
                 std::uint16_t port, const std::string& group);

} // namespace gatehouse::net
