#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::isapi {

// What a recording of a device would have become, one line a part: for `device replay`. Takes a bare stream
// body, a bare document, or a whole HTTP message with its head. No plate, card or person appears in it. Pure.
[[nodiscard]] std::vector<std::string> explain_bytes(std::string_view bytes, std::chrono::minutes utc_offset);

} // namespace gatehouse::isapi
