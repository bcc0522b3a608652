// links: gatehouse_osdp
#include "protocols/osdp/explain.hpp"

#include <cstdint>
#include <cstdlib>

// A recording that somebody hands to `device replay`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& line : gatehouse::osdp::explain_recording(text))
        if (line.empty()) std::abort();
    return 0;
}
