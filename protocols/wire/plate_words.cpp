#include "protocols/wire/plate_words.hpp"

#include "protocols/wire/ascii.hpp"

#include <array>
#include <utility>

namespace gatehouse::wire {
namespace {

// Two province characters whose GB2312 bytes are also well-formed UTF-8, so that a document without another
// Chinese character passes for UTF-8: C2 B3 (U+00B3) is 鲁, D4 A5 (U+0525) is 豫. No plate has such a
// character.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> misread{
    {{"\xC2\xB3", "\xE9\xB2\x81"}, {"\xD4\xA5", "\xE8\xB1\xAB"}}};

constexpr std::array no_plate{"UNKNOWN", "UNKOWN", "NOPLATE", "NONE",       "NULL", "UNLICENSED", "无车牌",
                              "无牌",    "无牌车", "未识别",  "车牌未识别", "_无_", "无"};

// Blanks and the dots that separate province and number.
constexpr std::array<std::string_view, 7> separators{" ",        "\t",           ".",           "-",
                                                     "\xC2\xB7", "\xE2\x80\xA2", "\xE3\x83\xBB"};

std::string_view separator_at(std::string_view text)
{
    for (const auto separator : separators)
        if (text.starts_with(separator)) return separator;
    return {};
}

} // namespace

std::string plate_text(std::string_view raw)
{
    raw = ascii::trim(raw);
    std::string out;
    for (const auto& [wrong, right] : misread)
        if (raw.starts_with(wrong)) {
            out = right;
            raw.remove_prefix(wrong.size());
        }
    while (!raw.empty()) {
        if (const auto separator = separator_at(raw); !separator.empty()) {
            raw.remove_prefix(separator.size());
            continue;
        }
        const char c = raw.front();
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        raw.remove_prefix(1);
    }
    for (const std::string_view word : no_plate)
        if (out == word) return {};
    constexpr std::size_t plate_max = 32; // longer is no plate, whatever it is
    return out.size() > plate_max ? std::string() : out;
}

std::string_view plate_color(std::string_view raw)
{
    const auto word = ascii::lower(ascii::trim(raw));
    const auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
    // New-energy plates come as newEnergyGreen, mixedColor (yellow-green) and the like: green.
    if (has("green") || has("newenergy") || has("mixed") || has("绿")) return "green";
    if (has("blue") || has("蓝")) return "blue";
    if (has("yellow") || has("黄")) return "yellow";
    if (has("white") || has("白")) return "white";
    if (has("black") || has("黑")) return "black";
    return "unknown";
}

std::string_view device_list(std::string_view raw)
{
    const auto word = ascii::lower(ascii::trim(raw));
    if (word.starts_with("white") || word.starts_with("allow")) return "allow";
    if (word.starts_with("black") || word.starts_with("block")) return "deny";
    return word.starts_with("temporary") ? "temporary" : std::string_view();
}

double confidence(double raw)
{
    if (!(raw >= 0 && raw <= 100)) return -1;
    // A fraction below one can only be a share of one; exactly 1 is one per cent.
    return raw > 0 && raw < 1 ? raw : raw / 100;
}

} // namespace gatehouse::wire
