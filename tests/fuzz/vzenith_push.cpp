// links: gatehouse_vzenith
#include "protocols/vzenith/event_map.hpp"
#include "protocols/vzenith/recorder.hpp"
#include "protocols/wire/text.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse::vzenith;

// Whatever is posted in a camera's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto push = read_push(text);
    if (const auto* report = std::get_if<PlateReport>(&push)) {
        const auto mapped = map(*report, std::chrono::minutes(480));
        if (mapped.refused() == mapped.text.empty()) std::abort();
    }
    if (const auto* report = std::get_if<InputReport>(&push)) (void)map(*report, InputNumbers::of_2023);
    if (const auto time = read_local_time(text)) (void)wall_time(*time, std::chrono::minutes(480));
    Recorder recorder;
    recorder.begin();
    recorder.take(text);
    if (!gatehouse::wire::is_utf8(recorder.end())) std::abort();
    return 0;
}
