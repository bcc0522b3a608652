#pragma once
#include "gateway/model/event.hpp"

#include <cstddef>
#include <vector>

namespace gatehouse::access {

// The positions, from 0, of the characters that the camera did not believe: read with less confidence than
// `limit`. Confidences that do not fit the text say nothing about it.
[[nodiscard]] std::vector<std::size_t> weak_characters(const model::Plate& read, double limit);

} // namespace gatehouse::access
