#include "gateway/access/plate_search.hpp"

#include "gateway/access/look_alike.hpp"
#include "gateway/access/plate_grammar.hpp"
#include "gateway/access/plate_text.hpp"

#include <algorithm>

namespace gatehouse::access {
namespace {

constexpr std::size_t wrong_from = 4; // characters of which one may be wrong: of fewer everything would do

// The canonical text between the signs that stand for others, and these.
std::vector<std::string> pattern_of(std::string_view text)
{
    std::vector<std::string> pattern;
    while (!text.empty()) {
        const auto sign = std::min(text.find_first_of("?*"), text.size());
        const auto plain = canonical_plate(text.substr(0, sign));
        for (const auto character : characters_of(plain))
            pattern.emplace_back(character);
        if (sign < text.size()) pattern.emplace_back(text.substr(sign, 1));
        text.remove_prefix(std::min(sign + 1, text.size()));
    }
    return pattern;
}

} // namespace

PlateSearch::PlateSearch(std::string_view text, bool fuzzy) : pattern_(pattern_of(text)), fuzzy_(fuzzy)
{
    const auto told = std::count_if(pattern_.begin(), pattern_.end(),
                                    [](const std::string& one) { return one != "?" && one != "*"; });
    has_gap_ = std::find(pattern_.begin(), pattern_.end(), "*") != pattern_.end();
    if (fuzzy && !has_gap_ && static_cast<std::size_t>(told) >= wrong_from) wrong_max_ = 1;
    if (!fuzzy) return;
    for (auto& one : pattern_)
        if (one != "?" && one != "*") one = std::string(look_alike_of(one));
}

bool PlateSearch::matches(std::string_view plate) const
{
    const auto characters = characters_of(plate);
    for (std::size_t from = 0; from <= characters.size(); ++from)
        if (has_gap_ ? matches_from(characters, from, 0) : matches_at(characters, from)) return true;
    return false;
}

bool PlateSearch::matches_at(const Characters& plate, std::size_t from) const
{
    if (plate.size() - from < pattern_.size()) return false;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < pattern_.size() && wrong <= wrong_max_; ++i)
        if (!is_same(pattern_[i], plate[from + i])) ++wrong;
    return wrong <= wrong_max_;
}

// The rest of the pattern, from here on. A * of the end takes all that is left.
bool PlateSearch::matches_from(const Characters& plate, std::size_t from, std::size_t pattern) const
{
    for (; pattern < pattern_.size(); ++pattern, ++from) {
        if (pattern_[pattern] == "*") {
            for (auto next = from; next <= plate.size(); ++next)
                if (matches_from(plate, next, pattern + 1)) return true;
            return false;
        }
        if (from >= plate.size() || !is_same(pattern_[pattern], plate[from])) return false;
    }
    return true;
}

bool PlateSearch::is_same(std::string_view wanted, std::string_view read) const
{
    if (wanted == "?") return true;
    return wanted == (fuzzy_ ? look_alike_of(read) : read);
}

} // namespace gatehouse::access
