#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::wire {

// RFC 4648 with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
// Lenient, because devices are: "data:image/jpeg;base64," before it, line ends inside, '-' and '_' for '+'
// and '/', blanks for '+' and missing padding are read. Nothing for any other text. total.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

} // namespace gatehouse::wire
