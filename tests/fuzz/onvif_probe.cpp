// links: gatehouse_onvif
#include "protocols/onvif/find.hpp"

#include <cstdint>
#include <cstdlib>

// Anybody on the network may answer to a search.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const gatehouse::base::Endpoint from{"192.0.2.7", 3702};
    const auto found = gatehouse::onvif::ws_discovery.read(text, from);
    if (found && (found->protocol != "onvif" || found->address.empty() || found->host.empty())) std::abort();
    return 0;
}
