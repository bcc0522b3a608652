#pragma once
#include <string>
#include <string_view>

namespace gatehouse::wire {

// What a device's refusal means, with what to do about it: one plain sentence in each language.
struct Advice {
    std::string_view english;
    std::string_view chinese;
};

// "english / 中文 (the device's own words)"; no parentheses where it has none.
[[nodiscard]] inline std::string in_both_languages(const Advice& advice, std::string_view own_words = {})
{
    std::string text(advice.english);
    text.append(" / ").append(advice.chinese);
    if (!own_words.empty()) text.append(" (").append(own_words).append(")");
    return text;
}

} // namespace gatehouse::wire
