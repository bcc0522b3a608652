#pragma once
#include "gateway/model/event.hpp"

#include <string_view>
#include <vector>

namespace gatehouse::passage {

// The plate that most of the reads stand for: a text that some camera did read, never one put together of
// several (pains 36, 37). Each read weighs its confidence; one of a plate on a list that lets in, twice as
// much. Empty when none of the parts is a read with a plate.
[[nodiscard]] model::Plate final_plate(const std::vector<model::Passage::Part>& parts);

// Whether two reads may be of one vehicle: the same text, or one that differs in as little as a camera
// mistakes: two characters, or one that is missing.
[[nodiscard]] bool is_alike(std::string_view one, std::string_view other);

} // namespace gatehouse::passage
