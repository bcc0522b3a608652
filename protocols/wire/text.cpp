#include "protocols/wire/text.hpp"

#include "protocols/wire/ascii.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace gatehouse::wire {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

struct Shape {
    std::size_t length = 0; // of the sequence, 0: not a first byte
    unsigned char second_min = 0x80;
    unsigned char second_max = 0xBF;
};

// Unicode 15 table 3-7, well-formed byte sequences.
Shape shape_of(unsigned char first) noexcept
{
    if (first < 0x80) return {1};
    if (first < 0xC2) return {};
    if (first < 0xE0) return {2};
    if (first == 0xE0) return {3, 0xA0, 0xBF};
    if (first == 0xED) return {3, 0x80, 0x9F};
    if (first < 0xF0) return {3};
    if (first == 0xF0) return {4, 0x90, 0xBF};
    if (first < 0xF4) return {4};
    if (first == 0xF4) return {4, 0x80, 0x8F};
    return {};
}

// Bytes of the well-formed sequence at `at`, 0: there is none.
std::size_t sequence_at(std::string_view bytes, std::size_t at) noexcept
{
    const Shape shape = shape_of(static_cast<unsigned char>(bytes[at]));
    if (shape.length == 0 || bytes.size() - at < shape.length) return 0;
    for (std::size_t next = 1; next < shape.length; ++next) {
        const auto byte = static_cast<unsigned char>(bytes[at + next]);
        const unsigned char low = next == 1 ? shape.second_min : 0x80;
        const unsigned char high = next == 1 ? shape.second_max : 0xBF;
        if (byte < low || byte > high) return 0;
    }
    return shape.length;
}

bool is_ascii(char byte) noexcept
{
    return static_cast<unsigned char>(byte) < 0x80;
}

// Where the ASCII that begins at `at` ends, eight bytes at a time: almost all that devices send is ASCII.
std::size_t past_ascii(std::string_view bytes, std::size_t at) noexcept
{
    constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080U;
    for (std::uint64_t block = 0; bytes.size() - at >= sizeof block; at += sizeof block) {
        std::memcpy(&block, bytes.data() + at, sizeof block);
        if ((block & high_bits) != 0) break;
    }
    while (at < bytes.size() && is_ascii(bytes[at]))
        ++at;
    return at;
}

// Where the characters of GB18030 that begin at `at` end: of two bytes, or of four where the second is a
// digit.
std::size_t past_characters(std::string_view bytes, std::size_t at) noexcept
{
    while (at < bytes.size() && !is_ascii(bytes[at]))
        at += at + 1 < bytes.size() && ascii::is_digit(bytes[at + 1]) ? 4 : 2;
    return std::min(at, bytes.size());
}

// owns: one conversion descriptor, which costs more to open than a message costs to read.
class Decoder {
public:
    Decoder() : handle_(iconv_open("UTF-8", "GB18030")) {}
    ~Decoder()
    {
        if (usable()) iconv_close(handle_);
    }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    // False on a system without the GB18030 table (a broken installation): everything not ASCII is then
    // replaced.
    [[nodiscard]] bool usable() const
    {
        return handle_ != reinterpret_cast<iconv_t>(-1); // NOLINT(performance-no-int-to-ptr): iconv_open(3)
    }

    std::string decode(std::string_view bytes)
    {
        std::string text;
        text.reserve(bytes.size() * 3 / 2 + 8);
        for (std::size_t at = 0; at < bytes.size();) {
            const auto end = past_ascii(bytes, at);
            text += bytes.substr(at, end - at);
            const auto begin = text.size();
            at = end + convert(bytes.substr(end, past_characters(bytes, end) - end), text);
            // The promise holds even should the C library map something to a lone surrogate.
            if (!is_utf8(std::string_view(text).substr(begin))) text.replace(begin, text.npos, replacement);
        }
        return text;
    }

private:
    // How many of the bytes were read: all, or up to one that is rotten, since behind it characters begin
    // anew.
    std::size_t convert(std::string_view characters, std::string& text)
    {
        char* from = const_cast<char*>(characters.data()); // NOLINT: iconv(3) writes nothing there
        std::size_t left = characters.size();
        while (left > 0) {
            std::array<char, 512> out; // NOLINT: written by iconv before it is read
            char* to = out.data();
            std::size_t room = out.size();
            const auto status = iconv(handle_, &from, &left, &to, &room);
            const int reason = status == static_cast<std::size_t>(-1) ? errno : 0;
            text.append(out.data(), static_cast<std::size_t>(to - out.data()));
            if (reason == 0 || reason == E2BIG) continue;
            text += replacement;
            iconv(handle_, nullptr, nullptr, nullptr, nullptr);
            if (reason != EINVAL) return characters.size() - left + 1;
            left = 0; // the text ends in the middle of a character
        }
        return characters.size();
    }

    iconv_t handle_;
};

std::string ascii_only(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes) {
        if (is_ascii(byte))
            text += byte;
        else
            text += replacement;
    }
    return text;
}

std::string from_gb18030(std::string_view bytes)
{
    thread_local Decoder decoder;
    return decoder.usable() ? decoder.decode(bytes) : ascii_only(bytes);
}

std::string_view without_mark(std::string_view bytes) noexcept
{
    return bytes.starts_with(byte_order_mark) ? bytes.substr(byte_order_mark.size()) : bytes;
}

} // namespace

bool is_utf8(std::string_view bytes) noexcept
{
    for (std::size_t at = past_ascii(bytes, 0); at < bytes.size(); at = past_ascii(bytes, at)) {
        const auto length = sequence_at(bytes, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string replace_invalid(std::string_view bytes)
{
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto length = sequence_at(bytes, at);
        text += length == 0 ? replacement : bytes.substr(at, length);
        at += std::max<std::size_t>(length, 1);
    }
    return text;
}

std::string to_utf8(std::string_view bytes)
{
    bytes = without_mark(bytes);
    return is_utf8(bytes) ? std::string(bytes) : from_gb18030(bytes);
}

std::string_view as_utf8(std::string_view bytes, std::string& room)
{
    bytes = without_mark(bytes);
    return is_utf8(bytes) ? bytes : room = from_gb18030(bytes);
}

std::string cut(std::string text, std::size_t size_max)
{
    if (text.size() <= size_max) return text;
    auto end = size_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
    return text;
}

std::string one_line(std::string_view bytes, std::size_t size_max)
{
    auto line = cut(to_utf8(bytes), size_max);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return line;
}

} // namespace gatehouse::wire
