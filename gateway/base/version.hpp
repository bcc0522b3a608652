#pragma once
#include <string_view>

namespace gatehouse::base {

// Of this build; set by CMake.
[[nodiscard]] std::string_view version();
[[nodiscard]] std::string_view commit();
[[nodiscard]] std::string_view build_type();

} // namespace gatehouse::base
