#pragma once
#include <string>
#include <string_view>

namespace gatehouse::isapi {

// Text as it may stand between two tags or in an attribute.
[[nodiscard]] inline std::string xml_text(std::string_view raw)
{
    std::string out;
    for (const char c : raw) {
        switch (c) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        case '"': out += "&quot;"; break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out += c;
        }
    }
    return out;
}

} // namespace gatehouse::isapi
