#pragma once
#include <cstddef>
#include <string_view>

namespace gatehouse::vision::plates {

// How many characters have to be replaced, added or left out to make one text of the other.
[[nodiscard]] std::size_t text_distance(std::string_view one, std::string_view other);

} // namespace gatehouse::vision::plates
