#include "protocols/wire/form.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::wire {
namespace {

// What a byte is to whoever reads a form; all else stands for itself.
enum Kind : unsigned char { escape = 1, beyond_ascii = 2, equals = 4, ampersand = 8 };

constexpr auto kinds = [] {
    std::array<unsigned char, 256> table{};
    for (std::size_t byte = 0x80; byte < table.size(); ++byte)
        table[byte] = beyond_ascii;
    table['%'] = table['+'] = escape;
    table['='] = equals;
    table['&'] = ampersand;
    return table;
}();

void decode(std::string_view encoded, std::string& bytes)
{
    bytes.resize(encoded.size()); // never more
    char* to = bytes.data();
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        const char c = encoded[at];
        const int high = c == '%' && at + 2 < encoded.size() ? ascii::hex_digit(encoded[at + 1]) : -1;
        const int low = high >= 0 ? ascii::hex_digit(encoded[at + 2]) : -1;
        if (low >= 0) {
            *to++ = static_cast<char>(high << 4 | low);
            at += 2;
        } else {
            *to++ = c == '+' ? ' ' : c;
        }
    }
    bytes.resize(static_cast<std::size_t>(to - bytes.data()));
}

} // namespace

std::string from_form(std::string_view encoded)
{
    std::string bytes;
    decode(encoded, bytes);
    return bytes;
}

bool FormReader::next()
{
    while (!rest_.empty()) {
        value_.text = {};
        if (name_.take(rest_, equals | ampersand) == '=') value_.take(rest_, ampersand);
        if (!name().empty()) return true;
    }
    return false;
}

// Looked at once, byte by byte, because most are short; what stands for itself is not copied.
char FormReader::Decoded::take(std::string_view& rest, unsigned marks)
{
    unsigned seen = 0;
    const auto* end = std::find_if(rest.begin(), rest.end(), [&](char c) {
        const unsigned kind = kinds[static_cast<unsigned char>(c)];
        seen |= kind;
        return (kind & marks) != 0;
    });
    const auto size = static_cast<std::size_t>(end - rest.begin());
    const char mark = end == rest.end() ? '\0' : *end;
    text = rest.substr(0, size);
    rest.remove_prefix(std::min(size + 1, rest.size()));
    if ((seen & escape) != 0) {
        decode(text, bytes);
        text = bytes;
    }
    if ((seen & (escape | beyond_ascii)) != 0) text = as_utf8(text, converted);
    return mark;
}

} // namespace gatehouse::wire
