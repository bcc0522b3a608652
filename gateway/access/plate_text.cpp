#include "gateway/access/plate_text.hpp"

#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::access {
namespace {

using namespace std::string_view_literals;

// Blanks, dots and dashes beyond ASCII, as UTF-8.
constexpr std::array fillers{
    "\u00a0"sv, "\u200b"sv, "\u3000"sv, "\ufeff"sv,                                     // blanks
    "\u00b7"sv, "\u2022"sv, "\u2027"sv, "\u2219"sv, "\u30fb"sv, "\uff65"sv, "\u3002"sv, // dots
    "\u2010"sv, "\u2011"sv, "\u2012"sv, "\u2013"sv, "\u2014"sv, "\u2015"sv, "\u2212"sv, // dashes
};

// What cameras write in place of a plate.
constexpr std::array no_plate_words{"无车牌"sv,     "无牌车"sv, "无牌"sv,    "未知"sv,    "未识别"sv,
                                    "未识别车牌"sv, "车牌"sv,   "UNKNOWN"sv, "NOPLATE"sv, "NONE"sv};

// Length of the character at the front by its lead byte; 0 for a byte that cannot lead.
std::size_t character_size(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    return size <= text.size() && size != 0 && wire::is_utf8(text.substr(0, size)) ? size : 0;
}

// The ASCII character that a full-width form (U+FF01 to U+FF5E) stands for, or 0.
char narrow(std::string_view character)
{
    if (character.size() != 3 || character[0] != '\xEF') return 0;
    const auto second = static_cast<unsigned char>(character[1]);
    const auto third = static_cast<unsigned char>(character[2]);
    if (second == 0xBC && third >= 0x81) return static_cast<char>(third - 0x81 + 0x21);
    if (second == 0xBD && third <= 0x9E) return static_cast<char>(third - 0x80 + 0x60);
    return 0;
}

void append_ascii(std::string& plate, char c)
{
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const bool filler = c <= ' ' || c == '.' || c == '-' || c == '_' || c == '\x7f';
    if (!filler) plate += c;
}

} // namespace

std::string canonical_plate(std::string_view text)
{
    std::string plate;
    plate.reserve(text.size());
    while (!text.empty()) {
        const auto size = character_size(text);
        const auto character = text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
        if (size == 1) {
            append_ascii(plate, character.front());
        } else if (const char ascii = narrow(character); ascii != 0) {
            append_ascii(plate, ascii);
        } else if (std::find(fillers.begin(), fillers.end(), character) == fillers.end()) {
            plate += character; // nothing for a byte that is not UTF-8
        }
    }
    if (std::find(no_plate_words.begin(), no_plate_words.end(), plate) != no_plate_words.end()) plate.clear();
    return plate;
}

} // namespace gatehouse::access
