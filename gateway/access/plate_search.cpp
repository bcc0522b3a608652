#include "gateway/access/plate_search.hpp"

#include "gateway/access/plate_text.hpp"
#include "gateway/model/look_alike.hpp"
#include "gateway/model/plate_grammar.hpp"

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
        for (const auto character : model::characters_of(plain))
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
        if (one != "?" && one != "*") one = std::string(model::look_alike_of(one));
}

bool PlateSearch::matches(std::string_view plate) const
{
    const auto characters = model::characters_of(plate);
    if (has_gap_) return matches_in_parts(characters);
    for (std::size_t from = 0; from <= characters.size(); ++from)
        if (matches_at(characters, from)) return true;
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

// What stands between two gaps is taken where it comes first: further on it would leave less for the rest. So
// each part is looked for once, however many gaps there are.
bool PlateSearch::matches_in_parts(const Characters& plate) const
{
    const auto same = [this](std::string_view read, std::string_view wanted) {
        return is_same(wanted, read);
    };
    auto from = plate.begin();
    for (auto part = pattern_.begin(); part != pattern_.end();) {
        const auto gap = std::find(part, pattern_.end(), "*");
        const auto found = std::search(from, plate.end(), part, gap, same);
        if (found == plate.end() && part != gap) return false;
        from = found + (gap - part);
        part = gap == pattern_.end() ? gap : gap + 1;
    }
    return true;
}

bool PlateSearch::is_same(std::string_view wanted, std::string_view read) const
{
    if (wanted == "?") return true;
    return wanted == (fuzzy_ ? model::look_alike_of(read) : read);
}

} // namespace gatehouse::access
