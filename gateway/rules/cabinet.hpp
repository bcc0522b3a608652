#pragma once
#include "gateway/model/event.hpp"

#include <string_view>

namespace gatehouse::rules {

// Whether what is opened is the cabinet of a controller or barrier, and not a terminal on the wall:
// `cabinet-open` speaks of the one, `tamper` of the other.
[[nodiscard]] bool is_cabinet(const model::Event& event, std::string_view device_kind);

} // namespace gatehouse::rules
