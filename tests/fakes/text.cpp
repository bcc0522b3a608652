#include "tests/fakes/text.hpp"

#include <cstdint>
#include <string_view>

namespace gatehouse::fakes {

std::string between(const std::string& text, const std::string& left, const std::string& right)
{
    const auto from = text.find(left);
    if (from == std::string::npos) return {};
    const auto begin = from + left.size();
    const auto end = text.find(right, begin);
    return text.substr(begin, end == std::string::npos ? end : end - begin);
}

std::string member(const std::string& json, const std::string& name)
{
    return between(json, "\"" + name + "\":\"", "\"");
}

std::string unescaped(const std::string& text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string from_base64(const std::string& text)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const auto digit = digits.find(c);
        if (digit == std::string_view::npos) continue;
        bits = bits << 6U | static_cast<unsigned>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>(bits >> count & 0xffU);
    }
    return out;
}

int byte_at(const std::string& bytes, std::size_t at)
{
    return static_cast<std::uint8_t>(bytes[at]);
}

} // namespace gatehouse::fakes
