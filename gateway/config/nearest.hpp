#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::config {

// The candidate that `word` most probably was meant to be (at most two letters wrong, fewer in short words),
// or empty.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

} // namespace gatehouse::config
