#include "gateway/notify/mask.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace gatehouse::notify {
namespace {

constexpr std::size_t long_number = 11; // a mobile's digits; anything longer is a card's or a person's

// GA 36: what a plate begins with, and the two of the armed police and of embassies.
constexpr std::array<std::string_view, 33> first_characters{
    "京", "津", "冀", "晋", "蒙", "辽", "吉", "黑", "沪", "苏", "浙", "皖", "闽", "赣", "鲁", "豫", "鄂",
    "湘", "粤", "桂", "琼", "渝", "川", "贵", "云", "藏", "陕", "甘", "青", "宁", "新", "使", "领"};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Letters and digits from `at` on; a dot or blank that people write after the first letter is stepped over.
std::size_t word_end(std::string_view text, std::size_t at)
{
    while (at < text.size() && (is_digit(text[at]) || is_letter(text[at])))
        ++at;
    return at;
}

std::size_t separator_size(std::string_view text)
{
    for (const std::string_view mark : {"·", "•", ".", "-", " "})
        if (text.starts_with(mark)) return mark.size();
    return 0;
}

// The first of `number` and its last two characters stay.
std::string ends_of(std::string_view number, std::size_t first, std::size_t last)
{
    std::string shown(number.substr(0, first));
    shown.append(number.size() - first - last, '*');
    return shown.append(number.substr(number.size() - last));
}

// Bytes of the plate that begins at `text`, 0: none does; the masked plate goes to `out`.
std::size_t mask_plate(std::string_view text, std::string& out)
{
    for (const auto first : first_characters) {
        if (!text.starts_with(first)) continue;
        std::size_t at = first.size();
        if (at >= text.size() || !is_letter(text[at])) return 0;
        const char office = text[at++];
        auto begin = at;
        auto end = word_end(text, begin);
        if (end == begin) {
            begin += separator_size(text.substr(begin));
            end = word_end(text, begin);
        }
        const auto size = end - begin;
        const auto number = text.substr(begin, size);
        // Four and a Chinese mark behind them: police, learner, trailer.
        if (size < 4 || size > 6 || std::none_of(number.begin(), number.end(), is_digit)) return 0;
        out.append(first).append(1, office).append(ends_of(number, 1, 2));
        return end;
    }
    return 0;
}

std::size_t mask_number(std::string_view text, std::string& out)
{
    std::size_t size = 0;
    while (size < text.size() && is_digit(text[size]))
        ++size;
    if (size < long_number) {
        out.append(text.substr(0, size));
        return size;
    }
    out.append(ends_of(text.substr(0, size), 3, 2));
    if (size < text.size() &&
        (text[size] == 'X' || text[size] == 'x')) { // the check character of an identity
        out += '*';
        ++size;
    }
    return size;
}

} // namespace

std::string masked(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        auto taken = mask_plate(text, out);
        if (taken == 0 && is_digit(text.front())) taken = mask_number(text, out);
        if (taken == 0) {
            out += text.front();
            taken = 1;
        }
        text.remove_prefix(taken);
    }
    return out;
}

} // namespace gatehouse::notify
