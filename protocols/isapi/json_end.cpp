#include "protocols/isapi/json_end.hpp"

#include "protocols/isapi/ascii.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::isapi {

using namespace ascii;

namespace {

// Which bytes of a string say nothing of its end.
constexpr auto plain = [] {
    std::array<bool, 256> bytes{};
    std::fill(bytes.begin() + ' ', bytes.begin() + 0x80, true);
    bytes['"'] = bytes['\\'] = false;
    return bytes;
}();

std::size_t past_plain(std::string_view bytes, std::size_t at)
{
    while (at < bytes.size() && plain[static_cast<unsigned char>(bytes[at])])
        ++at;
    return at;
}

std::size_t past_blanks(std::string_view bytes, std::size_t at)
{
    while (at < bytes.size() && is_blank(bytes[at]))
        ++at;
    return at;
}

// Bytes of the character at `at` that belongs to a string: UTF-8, or a GBK pair whose second byte may look
// like a backslash. 0: more bytes are needed to tell.
std::size_t character_size(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(at) < 0x81) return 1;
    if (at + 1 >= text.size()) return 0;
    const bool continued = byte(at + 1) >= 0x80 && byte(at + 1) <= 0xBF;
    if (continued && byte(at) >= 0xE0 && byte(at) <= 0xEF) {
        if (at + 2 >= text.size()) return 0;
        return byte(at + 2) >= 0x80 && byte(at + 2) <= 0xBF ? 3 : 2;
    }
    return byte(at + 1) >= 0x40 ? 2 : 1;
}

} // namespace

// Outside strings. False: it cannot follow what came before.
inline bool JsonEnd::take(char c)
{
    switch (c) {
    case '"':
        if (!expects() && last_ != '{') return false;
        in_string_ = true;
        break;
    case '{':
    case '[':
        if (!expects()) return false;
        ++depth_;
        break;
    case '}':
    case ']': --depth_; break;
    case ':':
    case ',':
    case '.':
    case '+': break;
    case '-':
        if (last_ == '-') return false;
        break;
    default:
        if (!is_name_char(c) || (is_letter(c) && !is_name_char(last_) && !expects())) return false;
    }
    last_ = c;
    return true;
}

JsonEnd::Found JsonEnd::look(std::string_view bytes, std::size_t& at)
{
    for (;;) {
        at = in_string_ ? past_plain(bytes, at) : past_blanks(bytes, at);
        if (at == bytes.size()) return Found::nothing;
        const char c = bytes[at];
        if (in_string_) {
            if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return Found::misfit;
            const auto size = c == '\\' ? (at + 1 < bytes.size() ? 2 : 0) : character_size(bytes, at);
            if (size == 0) return Found::nothing;
            in_string_ = c != '"';
            at += size;
        } else {
            if (!take(c)) return Found::misfit;
            ++at;
            if (depth_ == 0) return Found::end;
        }
    }
}

} // namespace gatehouse::isapi
