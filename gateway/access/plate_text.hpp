#pragma once
#include <string>
#include <string_view>

namespace gatehouse::access {

// The canonical text of a plate: full-width letters to ASCII, lower case to upper case, blanks, dots and
// dashes removed (devices and lists write 沪A·12345, "沪a 12345" and 沪Ａ－12345 for the same car). What
// devices write when they read no plate (无车牌, unknown ...) becomes empty. total: takes UTF-8, drops bytes
// that are not; canonical text stays as it is.
[[nodiscard]] std::string canonical_plate(std::string_view text);

} // namespace gatehouse::access
