#pragma once
#include "gateway/base/datagram_port.hpp"
#include "gateway/base/wakeup.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace gatehouse::fakes {

// A network of datagrams in memory. Whoever the gateway sends to sits in on_send; what the gateway's ports
// hear comes by deliver(). Ports are numbered from 40001. Outlives its ports.
class MemoryDatagrams {
public:
    explicit MemoryDatagrams(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    [[nodiscard]] base::OpenDatagramPort opener();

    // To whoever has the port open; false: nobody, as a real network loses it.
    bool deliver(const base::Endpoint& from, std::uint16_t port, std::string bytes);
    [[nodiscard]] bool is_open(std::uint16_t port) const { return inboxes_.contains(port); }

    std::function<void(const base::Endpoint& from, const base::Endpoint& to, std::string bytes)> on_send;
    std::optional<base::error_code> open_refusal;
    std::optional<base::error_code> send_refusal;
    std::uint16_t next_port = 40001;

private:
    struct Inbox {
        explicit Inbox(const asio::any_io_executor& executor) : changed(executor) {}
        std::deque<base::Datagram> waiting;
        base::Wakeup changed;
    };
    class Port;

    base::Result<std::unique_ptr<base::DatagramPort>> open(const base::Endpoint& local);

    asio::any_io_executor executor_;
    std::map<std::uint16_t, std::shared_ptr<Inbox>> inboxes_;
};

} // namespace gatehouse::fakes
