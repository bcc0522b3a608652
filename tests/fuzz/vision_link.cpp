// links: gatehouse_vision_link
#include "vision/link/messages.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace gatehouse::vision;

// What either side may find on the socket pair: what is read as a message must be writable, and be read
// again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    auto step = decode_frame(input);
    if (step.frame.has_value() != (step.consumed > 0) || step.consumed > size) std::abort();
    if (!step.frame) return 0;
    if (step.flaw) std::abort();
    if (const auto message = decode_to_worker(*step.frame)) {
        const auto again = encode(*message);
        if (again && !decode_to_worker(*decode_frame(*again).frame)) std::abort();
        if (decode_from_worker(*step.frame)) std::abort();
    }
    if (const auto message = decode_from_worker(*step.frame)) {
        const auto again = encode(*message);
        if (again && !decode_from_worker(*decode_frame(*again).frame)) std::abort();
    }
    return 0;
}
