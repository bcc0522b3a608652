#pragma once
#include "gateway/base/datagram_port.hpp"

#include <boost/asio/ip/udp.hpp>

namespace gatehouse::net {

// A UDP port over IPv4, allowed to broadcast. Datagrams beyond 2 kB are cut: the devices that speak UDP to us
// send less. io thread only.
class UdpPort final : public base::DatagramPort {
public:
    static base::Result<std::unique_ptr<base::DatagramPort>> open(const asio::any_io_executor& executor,
                                                                  const base::Endpoint& local);

    explicit UdpPort(asio::ip::udp::socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<base::Result<void>> send(base::Endpoint to, std::span<const std::byte> bytes) override;
    asio::awaitable<base::Result<base::Datagram>> receive() override;
    [[nodiscard]] base::Endpoint local() const override;

private:
    asio::ip::udp::socket socket_;
};

} // namespace gatehouse::net
