#pragma once
#include "protocols/webhook-in/mapping.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::webhook_in {

// What a recorded body, or a whole recording, would have become by this mapping, line by line: for
// `device replay`, by which an installer finds the mapping. No plate, card or person appears in it. total:
// any bytes. Pure.
[[nodiscard]] std::vector<std::string> explain_bytes(std::string_view bytes, const Mapping& mapping,
                                                     std::chrono::minutes utc_offset);

} // namespace gatehouse::webhook_in
