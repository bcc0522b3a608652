#include "protocols/wire/form.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/text.hpp"

#include <algorithm>

namespace gatehouse::wire {
namespace {

void append_decoded(std::string& out, std::string_view encoded)
{
    out.reserve(out.size() + encoded.size());
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        const char c = encoded[at];
        const int high = c == '%' && at + 2 < encoded.size() ? ascii::hex_digit(encoded[at + 1]) : -1;
        const int low = high >= 0 ? ascii::hex_digit(encoded[at + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high << 4 | low);
            at += 2;
        } else {
            out += c == '+' ? ' ' : c;
        }
    }
}

} // namespace

std::string from_form(std::string_view encoded)
{
    std::string bytes;
    append_decoded(bytes, encoded);
    return bytes;
}

bool FormReader::next()
{
    while (!rest_.empty()) {
        const auto field = rest_.substr(0, rest_.find('&'));
        rest_.remove_prefix(std::min(field.size() + 1, rest_.size()));
        const auto equals = std::min(field.find('='), field.size());
        name_.read(field.substr(0, equals));
        value_.read(field.substr(std::min(equals + 1, field.size())));
        if (!name().empty()) return true;
    }
    return false;
}

// What needs no decoding is not copied.
void FormReader::Decoded::read(std::string_view encoded)
{
    if (encoded.find('%') != encoded.npos || encoded.find('+') != encoded.npos) {
        bytes.clear();
        append_decoded(bytes, encoded);
        encoded = bytes;
    }
    text = as_utf8(encoded, converted);
}

} // namespace gatehouse::wire
