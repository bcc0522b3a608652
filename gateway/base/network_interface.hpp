#pragma once
#include "gateway/base/datagram_port.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::base {

// An interface of ours that is up and has an IPv4 address.
struct NetworkInterface {
    std::string name;    // "eth1"
    std::string address; // IPv4 literal
};

using ListInterfaces = std::function<std::vector<NetworkInterface>()>;

// Opens a port that speaks and hears through this interface alone, even to the broadcast address and to
// multicast groups. `group`: also hears what is sent to this multicast group; empty: none. Port 0: one of the
// system's choice. Errors: the system's own.
using OpenSearchPort = std::function<Result<std::unique_ptr<DatagramPort>>(
    const NetworkInterface& through, std::uint16_t port, const std::string& group)>;

} // namespace gatehouse::base
