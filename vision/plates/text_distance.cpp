#include "vision/plates/text_distance.hpp"

#include "gateway/model/plate_grammar.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace gatehouse::vision::plates {

std::size_t text_distance(std::string_view one, std::string_view other)
{
    const auto left = model::characters_of(one);
    const auto right = model::characters_of(other);
    std::vector<std::size_t> above(right.size() + 1);
    std::iota(above.begin(), above.end(), std::size_t{0});
    auto row = above;
    for (std::size_t i = 0; i < left.size(); ++i) {
        row[0] = i + 1;
        for (std::size_t j = 0; j < right.size(); ++j)
            row[j + 1] = std::min({above[j] + (left[i] == right[j] ? 0U : 1U), above[j + 1] + 1, row[j] + 1});
        above.swap(row);
    }
    return above.back();
}

} // namespace gatehouse::vision::plates
