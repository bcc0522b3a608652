// links: gatehouse_vzenith
#include "protocols/vzenith/event_map.hpp"
#include "protocols/vzenith/frame.hpp"
#include "protocols/vzenith/recorder.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse::vzenith;

// Whatever comes over TCP 8131, and a recording of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    auto text = all;
    for (auto step = decode_frame(text); step.consumed > 0; step = decode_frame(text)) {
        if (step.consumed > text.size() || step.frame.has_value() == step.flaw.has_value()) std::abort();
        text.remove_prefix(step.consumed);
        if (!step.frame) continue;
        const auto split = split_body(step.frame->body);
        const auto document = parse_object(split.text);
        if (!document) continue;
        if (const auto result = read_result(*document, split.rest))
            (void)map(*result, std::chrono::minutes(480));
    }
    if (explain_bytes(all, std::chrono::minutes(480)).empty()) std::abort();
    return 0;
}
