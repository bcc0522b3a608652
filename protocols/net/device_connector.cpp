#include "protocols/net/device_connector.hpp"

#include "protocols/net/serial_line.hpp"

namespace gatehouse::net {

DeviceConnector::DeviceConnector(asio::any_io_executor executor, TcpConnectorOptions options)
    : executor_(executor), tcp_(std::move(executor), options)
{
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> DeviceConnector::connect(base::Target target)
{
    if (target.serial) co_return open_serial(executor_, *target.serial);
    co_return co_await tcp_.connect(std::move(target));
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>>
DeviceConnector::start_tls(std::unique_ptr<base::ByteStream> plain, base::Target target)
{
    co_return co_await tcp_.start_tls(std::move(plain), std::move(target));
}

} // namespace gatehouse::net
