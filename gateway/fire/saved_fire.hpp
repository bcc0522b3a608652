#pragma once
#include "gateway/fire/fire_watch.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace gatehouse::fire {

// What is written down: the fire, if there is one, and when the last one was cleared. Text that is none means
// neither.
[[nodiscard]] std::string saved_fire(const Fire& fire, base::WallTime cleared_at);
[[nodiscard]] std::pair<Fire, base::WallTime> parse_fire(std::string_view text);

} // namespace gatehouse::fire
