#include "gateway/base/byte_stream.hpp"

namespace gatehouse::base {

asio::awaitable<Result<std::unique_ptr<ByteStream>>> Connector::start_tls(std::unique_ptr<ByteStream>, Target)
{
    co_return Errc::unsupported;
}

} // namespace gatehouse::base
