#pragma once
#include <string>
#include <string_view>

namespace gatehouse::wire {

// Text that chats show as it is: every character that means something in their markdown is escaped, so that a
// name with "](http://…)" in it becomes no link. Control characters become blanks. total.
[[nodiscard]] inline std::string escaped_markdown(std::string_view text)
{
    constexpr std::string_view special = "\\`*_[]()<>#@";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out;
}

} // namespace gatehouse::wire
