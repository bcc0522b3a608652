#include "gateway/cli/text_width.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace gatehouse::cli {
namespace {

struct Range {
    char32_t first = 0;
    char32_t last = 0;
};

// EastAsianWidth.txt of Unicode 15, W and F; blocks that are nearly all wide are taken whole.
constexpr std::array<Range, 23> wide{
    {{0x1100, 0x115F}, {0x231A, 0x231B},   {0x2329, 0x232A},  {0x23E9, 0x23EC}, {0x25FD, 0x25FE},
     {0x2614, 0x2615}, {0x2648, 0x2653},   {0x26A1, 0x26A1},  {0x26C4, 0x26C5}, {0x2705, 0x2705},
     {0x274C, 0x274C}, {0x2753, 0x2757},   {0x2E80, 0x303E},  {0x3041, 0xA4CF}, {0xA960, 0xA97C},
     {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},   {0xFE10, 0xFE19},  {0xFE30, 0xFE6F}, {0xFF01, 0xFF60},
     {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}}};
// Marks that sit on the letter before them, and what is not shown at all.
constexpr std::array<Range, 7> weightless{{{0x0300, 0x036F},
                                           {0x200B, 0x200F},
                                           {0x20D0, 0x20F0},
                                           {0x302A, 0x302D},
                                           {0x3099, 0x309A},
                                           {0xFE00, 0xFE0F},
                                           {0xFE20, 0xFE2F}}};

bool within(std::span<const Range> ranges, char32_t c)
{
    const auto found =
        std::lower_bound(ranges.begin(), ranges.end(), c,
                         [](const Range& range, char32_t value) { return range.last < value; });
    return found != ranges.end() && c >= found->first;
}

// Bytes of the sequence that this byte begins, 0: none.
std::size_t length_after(unsigned char lead)
{
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    if (lead < 0xE0) return 2;
    return lead < 0xF0 ? 3 : 4;
}

// Takes one character off the front; U+FFFD for a byte that begins none.
char32_t take(std::string_view& text)
{
    const auto lead = static_cast<unsigned char>(text.front());
    const auto length = length_after(lead);
    char32_t c = length == 1 ? lead : lead & (0x7FU >> length);
    bool whole = length > 0 && text.size() >= length;
    for (std::size_t i = 1; whole && i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        whole = (next & 0xC0U) == 0x80U;
        c = (c << 6U) | (next & 0x3FU);
    }
    text.remove_prefix(whole ? length : 1);
    return whole ? c : 0xFFFD;
}

} // namespace

std::size_t width_of(std::string_view text)
{
    std::size_t width = 0;
    while (!text.empty()) {
        const auto c = take(text);
        if (within(weightless, c)) continue;
        width += within(wide, c) ? 2 : 1;
    }
    return width;
}

} // namespace gatehouse::cli
