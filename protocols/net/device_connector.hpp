#pragma once
#include "protocols/net/tcp_connector.hpp"

namespace gatehouse::net {

// What the gateway gives to its drivers: connects by whatever way the target names, a serial line or TCP with
// or without TLS. io thread only.
class DeviceConnector final : public base::Connector {
public:
    explicit DeviceConnector(asio::any_io_executor executor, TcpConnectorOptions options = {});

    // Errors: those of TcpConnector and open_serial().
    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>>
    start_tls(std::unique_ptr<base::ByteStream> plain, base::Target target) override;

private:
    asio::any_io_executor executor_;
    TcpConnector tcp_;
};

} // namespace gatehouse::net
