#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::access {

// What somebody remembers of a plate: a part of it, in which ? is any character and * any number of them.
// `fuzzy`: characters that are taken for one another count as the same, a province is any, and of at least
// four characters one may be wrong. Immutable, so that another thread may ask it.
class PlateSearch {
public:
    explicit PlateSearch(std::string_view text, bool fuzzy);

    // Of more no plate consists.
    static constexpr std::size_t text_max = 64;
    // Of canonical text. total.
    [[nodiscard]] bool matches(std::string_view plate) const;

private:
    using Characters = std::vector<std::string_view>;
    [[nodiscard]] bool matches_at(const Characters& plate, std::size_t from) const;
    [[nodiscard]] bool matches_in_parts(const Characters& plate) const;
    [[nodiscard]] bool is_same(std::string_view wanted, std::string_view read) const;

    std::vector<std::string> pattern_;
    bool fuzzy_;
    std::size_t wrong_max_ = 0;
    bool has_gap_ = false; // a * is in it
};

} // namespace gatehouse::access
