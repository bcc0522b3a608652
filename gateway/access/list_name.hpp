#pragma once
#include <string>
#include <string_view>

namespace gatehouse::access {

// The name under which a list is kept: what sites call it in Chinese becomes the word for it, anything else
// stays as it is.
[[nodiscard]] std::string list_named(std::string_view text);

// Whether being on the list keeps out: "deny", and every other name with a word for it in it (blacklist,
// blocked-cars, 黑名单). Whoever writes such a name must not find that it opens.
[[nodiscard]] bool keeps_out(std::string_view list);

} // namespace gatehouse::access
