#include "protocols/wire/base64.hpp"

#include <array>
#include <cstdint>

namespace gatehouse::wire {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_letter = 0xff;

constexpr std::array<std::uint8_t, 256> make_values()
{
    std::array<std::uint8_t, 256> values{};
    values.fill(no_letter);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    values['-'] = values[' '] = values['+'];
    values['_'] = values['/'];
    return values;
}

std::uint32_t value_of(char c)
{
    static constexpr auto values = make_values();
    return values[static_cast<unsigned char>(c)];
}

// Four letters at a time become three bytes at `to`, up to whatever else stands between them: of a picture
// that is almost all. How many letters were read.
std::size_t read_fours(std::string_view text, char* to)
{
    std::size_t at = 0;
    for (; text.size() - at >= 4; at += 4) {
        const auto first = value_of(text[at]), second = value_of(text[at + 1]),
                   third = value_of(text[at + 2]), fourth = value_of(text[at + 3]);
        if ((first | second | third | fourth) == no_letter) break;
        const auto group = first << 18U | second << 12U | third << 6U | fourth;
        *to++ = static_cast<char>(group >> 16U);
        *to++ = static_cast<char>(group >> 8U);
        *to++ = static_cast<char>(group);
    }
    return at;
}

} // namespace

std::string to_base64(std::string_view bytes)
{
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto left = bytes.size() - at;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8U | (i < left ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= left ? alphabet[group >> (18 - 6 * i) & 63U] : '=';
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text)
{
    if (text.starts_with("data:")) {
        const auto comma = text.find(',');
        if (comma == std::string_view::npos) return std::nullopt;
        text.remove_prefix(comma + 1);
    }
    std::string out(text.size() / 4 * 3 + 3, '\0');
    std::size_t size = 0;
    std::uint32_t group = 0;
    unsigned bits = 0;
    bool padded = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (bits == 0 && !padded) {
            const auto read = read_fours(text.substr(at), out.data() + size);
            size += read / 4 * 3;
            at += read;
            if (at == text.size()) break;
        }
        const char c = text[at];
        if (c == '\r' || c == '\n' || c == '\t') continue;
        if (c == '=') {
            padded = true;
            continue;
        }
        const auto value = value_of(c);
        if (value == no_letter || padded) return std::nullopt;
        group = group << 6U | value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        out[size++] = static_cast<char>(group >> bits);
    }
    if (bits == 6) return std::nullopt; // one letter is left over: cut off
    out.resize(size);
    return out;
}

} // namespace gatehouse::wire
