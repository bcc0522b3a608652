#include "gateway/settings/unified_diff.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace gatehouse::settings {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t context_lines = 3;
constexpr std::size_t cells_max = 4'000'000; // of the table of common lines: beyond, nothing is compared

struct Line {
    char mark = ' '; // ' ' in both, '-' only before, '+' only after
    std::string_view text;
};

Lines lines_of(std::string_view text)
{
    Lines lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// The longest common subsequence, walked from its front.
void compare(const Lines& before, const Lines& after, std::vector<Line>& out)
{
    const auto width = after.size() + 1;
    const bool comparable = (before.size() + 1) * width <= cells_max;
    std::vector<std::uint32_t> common(comparable ? (before.size() + 1) * width : 0);
    for (auto i = before.size(); comparable && i-- > 0;)
        for (auto j = after.size(); j-- > 0;)
            common[i * width + j] = before[i] == after[j]
                                        ? common[(i + 1) * width + j + 1] + 1
                                        : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() || j < after.size()) {
        if (comparable && i < before.size() && j < after.size() && before[i] == after[j]) {
            out.push_back({' ', before[i]});
            ++i, ++j;
        } else if (i < before.size() && (j == after.size() || !comparable ||
                                         common[(i + 1) * width + j] >= common[i * width + j + 1])) {
            out.push_back({'-', before[i++]});
        } else {
            out.push_back({'+', after[j++]});
        }
    }
}

std::vector<Line> marked(const Lines& before, const Lines& after)
{
    std::vector<Line> all;
    const auto shorter = std::min(before.size(), after.size());
    std::size_t head = 0;
    while (head < shorter && before[head] == after[head])
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    for (std::size_t i = 0; i < head; ++i)
        all.push_back({' ', before[i]});
    const auto middle = [&](const Lines& lines) {
        return Lines(lines.begin() + static_cast<std::ptrdiff_t>(head),
                     lines.end() - static_cast<std::ptrdiff_t>(tail));
    };
    compare(middle(before), middle(after), all);
    for (auto i = before.size() - tail; i < before.size(); ++i)
        all.push_back({' ', before[i]});
    return all;
}

std::string range(std::size_t begin, std::size_t count)
{
    // A range without lines is named by the line before it.
    return std::to_string(count == 0 ? begin : begin + 1) + (count == 1 ? "" : "," + std::to_string(count));
}

} // namespace

std::string unified_diff(std::string_view before, std::string_view after)
{
    const auto all = marked(lines_of(before), lines_of(after));
    std::string text;
    std::size_t old_line = 0;
    std::size_t new_line = 0;
    const auto changed = [&](std::size_t i) { return i < all.size() && all[i].mark != ' '; };
    for (std::size_t i = 0; i < all.size();) {
        // A hunk begins with the context of its first change and ends where the next is further than two
        // contexts.
        std::size_t first = i;
        while (first < all.size() && !changed(first))
            ++first;
        if (first == all.size()) break;
        const auto begin = std::max(i, first - std::min(first, context_lines));
        old_line += begin - i;
        new_line += begin - i;
        std::size_t end = first;
        for (auto next = first; next < all.size() && next <= end + 2 * context_lines; ++next)
            if (changed(next)) end = next;
        end = std::min(end + 1 + context_lines, all.size());
        std::string hunk;
        std::size_t old_count = 0;
        std::size_t new_count = 0;
        for (auto line = begin; line < end; ++line) {
            hunk += all[line].mark + std::string(all[line].text) + "\n";
            old_count += all[line].mark != '+' ? 1 : 0;
            new_count += all[line].mark != '-' ? 1 : 0;
        }
        text += "@@ -" + range(old_line, old_count) + " +" + range(new_line, new_count) + " @@\n" + hunk;
        old_line += old_count;
        new_line += new_count;
        i = end;
    }
    return text;
}

} // namespace gatehouse::settings
