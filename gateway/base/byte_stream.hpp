#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::base {

// One connection to a peer: TCP, TLS, serial line, or memory in tests. After a cancelled read or write the
// stream is done for: drop it.
class ByteStream {
public:
    virtual ~ByteStream() = default;
    // At least one byte, or Errc::closed at the end of the stream.
    virtual asio::awaitable<Result<std::size_t>> read_some(std::span<std::byte> into) = 0;
    // All of `bytes`, or an error.
    virtual asio::awaitable<Result<void>> write(std::span<const std::byte> bytes) = 0;
    virtual void close() noexcept = 0;
    // Address of the other end without port; empty where there is none.
    [[nodiscard]] virtual std::string peer() const { return {}; }
};

// A serial line and how it is set; eight data bits.
struct SerialLine {
    enum class Parity { none, even, odd };
    std::string device; // /dev/ttyUSB0
    unsigned baud = 9600;
    Parity parity = Parity::none;
    unsigned stop_bits = 1;
};

// Whom to connect to.
struct Target {
    std::string host; // name or address literal
    std::uint16_t port = 0;
    bool tls = false;
    std::string ca_file;                // PEM; empty: the system's trust store
    bool verify_peer = true;            // false only after explicit consent in the device's configuration
    std::optional<SerialLine> serial{}; // instead of all of the above
    // For an address that a message's receiver has chosen: loopback, link-local and metadata addresses, which
    // could be made to lead back into this box or its cloud, are refused but for these. Absent: any address.
    std::optional<std::vector<std::string>> outside_but{};
};

class Connector {
public:
    virtual ~Connector() = default;
    // The caller bounds the time with with_timeout().
    virtual asio::awaitable<Result<std::unique_ptr<ByteStream>>> connect(Target target) = 0;
    // Starts TLS on a connection to `target` that this connector has made without it (STARTTLS). Errors:
    // those of connect(), unsupported.
    virtual asio::awaitable<Result<std::unique_ptr<ByteStream>>> start_tls(std::unique_ptr<ByteStream> plain,
                                                                           Target target);
};

} // namespace gatehouse::base
