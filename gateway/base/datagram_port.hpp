#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::base {

// One end of a datagram's way.
struct Endpoint {
    std::string host; // IPv4 literal; empty: any of ours
    std::uint16_t port = 0;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct Datagram {
    Endpoint from;
    std::vector<std::byte> bytes;
};

// One local port for datagrams: UDP, or memory in tests. Nothing is acknowledged, repeated or kept in order.
// A cancelled receive leaves the port usable. One receiver at a time.
class DatagramPort {
public:
    virtual ~DatagramPort() = default;
    // The system has taken it; whether it arrives, nobody knows. `to` may be the broadcast address.
    virtual asio::awaitable<Result<void>> send(Endpoint to, std::span<const std::byte> bytes) = 0;
    virtual asio::awaitable<Result<Datagram>> receive() = 0;
    [[nodiscard]] virtual Endpoint local() const = 0;
};

// Opens a port at `local`; port 0: one of the system's choice. Errors: bad_input (no IPv4 literal), or the
// system's own (address in use).
using OpenDatagramPort = std::function<Result<std::unique_ptr<DatagramPort>>(const Endpoint& local)>;

} // namespace gatehouse::base
