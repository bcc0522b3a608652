#pragma once
#include "protocols/facepush/reading.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::facepush {

// One line for a record, or why there is none: for `device replay`.
[[nodiscard]] std::string line_of(const Read& read, std::chrono::minutes offset);
// A recording of a terminal of family A, one line a message. Pure, total.
[[nodiscard]] std::vector<std::string> explain_uface(std::string_view bytes, std::chrono::minutes offset);

} // namespace gatehouse::facepush
