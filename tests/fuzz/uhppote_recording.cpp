// links: gatehouse_uhppote
#include "protocols/uhppote/explain.hpp"

#include <cstdint>
#include <cstdlib>

// Any recording has an answer of at least one line, and none of two.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto lines = gatehouse::uhppote::explain_bytes(bytes, std::chrono::minutes(480));
    if (lines.empty()) std::abort();
    for (const auto& line : lines)
        if (line.find('\n') != std::string::npos) std::abort();
    return 0;
}
