#pragma once
#include "gateway/store/change.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace gatehouse::access {

// What an import means for one list.
struct ListPreview {
    std::string list; // such as "plate/resident"
    // The values, in the order of the file or the list; of more than shown_max only the first.
    std::vector<std::string> added;
    std::vector<std::string> changed;
    std::vector<std::string> removed;
    std::size_t added_count = 0;
    std::size_t changed_count = 0;
    std::size_t removed_count = 0;
    std::size_t equal_count = 0;

    static constexpr std::size_t shown_max = 500; // nobody reads more at once
    [[nodiscard]] bool empty() const { return added_count + changed_count + removed_count == 0; }
};

// `before`: all entries of all lists. Pure.
[[nodiscard]] ListPreview preview_of(const std::vector<store::Credential>& before,
                                     const store::Change::ListReplacement& list);

} // namespace gatehouse::access
