// links: gatehouse_vision_health
#include "vision/health/memory.hpp"

#include <chrono>
#include <cstdlib>
#include <string_view>

using namespace gatehouse::vision::health;

// What the daemon gives back of a camera's references. What is read can be written, and reads as the same
// again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Memory memory{std::chrono::seconds(60)};
    if (!memory.read({reinterpret_cast<const char*>(data), size})) return 0;
    const auto written = memory.write();
    Memory again{std::chrono::seconds(60)};
    if (!again.read(written) || again.write() != written) std::abort();
    return 0;
}
