#include "gateway/device/driver.hpp"

namespace gatehouse::device {

std::vector<std::string> Driver::replay(std::string_view)
{
    return {"this device language has no replay"};
}

asio::awaitable<base::Result<std::string>> Driver::capture(std::chrono::seconds)
{
    co_return base::Errc::unsupported;
}

} // namespace gatehouse::device
