#pragma once
#include <string>
#include <string_view>

namespace gatehouse::settings {

// How `after` differs from `before`, line by line, as diff -u tells it; empty when they are equal. Of texts
// that differ nearly everywhere all lines go and all come. total.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after);

} // namespace gatehouse::settings
