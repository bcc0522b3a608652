// links: gatehouse_model
#include "gateway/model/plate_grammar.hpp"
#include "gateway/model/look_alike.hpp"

#include <cstdint>
#include <cstdlib>

using namespace gatehouse;

// Any bytes have an answer; characters make up the whole text, and a misread looks like its plate.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string together;
    for (const auto character : model::characters_of(text))
        together += character;
    if (together != text) std::abort();
    const auto kind = model::plate_kind(text);
    if (kind && model::to_string(*kind).empty()) std::abort();
    if (size > 64) return 0; // no plate is that long, and each character has misreads of its own
    for (const auto& misread : model::misreads_of(text))
        if (model::look_alike_key(misread) != model::look_alike_key(text)) std::abort();
    return 0;
}
