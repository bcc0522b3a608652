// links: gatehouse_access
#include "gateway/access/plate_grammar.hpp"
#include "gateway/access/look_alike.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;

// Any bytes have an answer; characters make up the whole text, and a misread looks like its plate.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string together;
    for (const auto character : access::characters_of(text))
        together += character;
    if (together != text) std::abort();
    const auto kind = access::plate_kind(text);
    if (kind && access::to_string(*kind).empty()) std::abort();
    if (size > 64) return 0; // no plate is that long, and each character has misreads of its own
    for (const auto& misread : access::misreads_of(text))
        if (access::look_alike_key(misread) != access::look_alike_key(text)) std::abort();
    return 0;
}
