#pragma once
#include <cstddef>
#include <string_view>

namespace gatehouse::cli {

// Columns that a UTF-8 text takes on a terminal: two for what Unicode's East Asian Width calls wide or
// fullwidth, none for marks that combine, one for all else. total: a byte that is no UTF-8 counts as one,
// like the sign that a terminal shows for it.
[[nodiscard]] std::size_t width_of(std::string_view text);

} // namespace gatehouse::cli
