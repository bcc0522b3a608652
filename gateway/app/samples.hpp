#pragma once
#include <string_view>

namespace gatehouse::app {

// protocols/NAME/sample.toml, as it was when this was built; empty when there is none. The table is written
// by CMake
// (.cmake/samples.cmake).
[[nodiscard]] std::string_view sample_of(std::string_view protocol);

} // namespace gatehouse::app
