#pragma once
#include <string>
#include <string_view>

namespace gatehouse::config {

// As a TOML basic string, quotes included: what a device or a person says may hold anything. Control
// characters are left out.
[[nodiscard]] inline std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
    }
    return out + "\"";
}

} // namespace gatehouse::config
