#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace gatehouse::base {

// A broker of the site's own, and as whom to speak with it.
struct BusAddress {
    std::string host;
    std::uint16_t port = 1883;
    bool tls = false;
    std::string ca_file; // PEM; empty: the system's trust store
    std::string username;
    Secret password;
    std::string client_id; // one at a broker: a second one with it throws the first out
    std::chrono::seconds keepalive{30};
};

struct BusMessage {
    std::string topic;
    std::string payload;
    bool retained = false; // it lay at the broker: nobody has just said it
};

// One connection to a broker that devices speak through: MQTT, or memory in tests. Nothing is kept or
// repeated for us: what is said while we are away is lost. A cancelled call leaves the bus usable. One
// receiver at a time.
class MessageBus {
public:
    virtual ~MessageBus() = default;
    // Resumes when the broker has agreed. `topic` may hold wildcards. Errors: unauthorised, closed.
    virtual asio::awaitable<Result<void>> subscribe(std::string topic) = 0;
    // The broker has it; whether anybody listens, nobody knows. Errors: closed, timed_out.
    virtual asio::awaitable<Result<void>> publish(std::string topic, std::string payload) = 0;
    // Errors: closed, once the connection is lost.
    virtual asio::awaitable<Result<BusMessage>> receive() = 0;
};

// Connects. Errors: unauthorised, unreachable, untrusted, timed_out. The caller bounds the time.
using OpenMessageBus =
    std::function<asio::awaitable<Result<std::unique_ptr<MessageBus>>>(BusAddress address)>;

} // namespace gatehouse::base
