// links: gatehouse_isapi
#include "protocols/isapi/find.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever somebody on the network answers to the SADP inquiry.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view datagram(reinterpret_cast<const char*>(data), size);
    const auto found = gatehouse::isapi::find_cameras.read(datagram, {"192.0.2.9", 37020});
    if (found && (found->host.empty() || !found->address.starts_with("http://"))) std::abort();
    return 0;
}
