#include "protocols/webhook-in/encodings.hpp"

#include "protocols/wire/ascii.hpp"
#include "protocols/wire/base64.hpp"

#include <fmt/format.h>

namespace gatehouse::webhook_in {

std::optional<std::string> from_hex(std::string_view text)
{
    if (text.size() % 2 != 0) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = wire::ascii::hex_digit(text[i]), low = wire::ascii::hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high << 4 | low);
    }
    return out;
}

std::string to_hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

ReadPicture read_picture(std::string_view text, std::size_t size_max)
{
    ReadPicture out;
    text = wire::ascii::trim(text);
    if (text.empty()) return out;
    if (text.size() / 4 * 3 > size_max + 3) {
        out.why = fmt::format("is larger than {} bytes", size_max);
        return out;
    }
    auto bytes = wire::from_base64(text);
    if (!bytes)
        out.why = "is not base64, or cut off";
    else if (!bytes->starts_with("\xFF\xD8\xFF") && !bytes->starts_with("\x89PNG"))
        out.why = "is neither JPEG nor PNG";
    else
        out.bytes = std::make_shared<const std::string>(std::move(*bytes));
    return out;
}

} // namespace gatehouse::webhook_in
