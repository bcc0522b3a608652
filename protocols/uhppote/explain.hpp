#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::uhppote {

// What a recording of a board would have become, one line a packet: for `device replay`. Takes a recording of
// ours or any other text of hexadecimal bytes ("#" begins a remark), or the bare bytes. No card appears in
// it. total: any bytes. Pure.
[[nodiscard]] std::vector<std::string> explain_bytes(std::string_view bytes, std::chrono::minutes utc_offset);

} // namespace gatehouse::uhppote
