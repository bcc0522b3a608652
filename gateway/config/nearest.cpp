#include "gateway/config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace gatehouse::config {
namespace {

constexpr std::size_t word_size_max = 64; // longer words are nobody's typing error

// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
        }
    }
    return row.back();
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates)
{
    if (word.size() > word_size_max) return {};
    std::size_t best = word.size() < 4 ? 1 : 2;
    std::string found;
    for (const auto& candidate : candidates) {
        if (candidate.size() > word_size_max) continue;
        const auto wrong = distance(word, candidate);
        if (wrong > best || (wrong == best && !found.empty())) continue;
        best = wrong;
        found = candidate;
    }
    return found;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

} // namespace gatehouse::config
