#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::osdp {

// What each frame of a recording says, one line a frame: hexadecimal lines as `device capture` writes them
// and people type them, or the traces of other OSDP programs (.osdpcap). No card, no keys. total.
[[nodiscard]] std::vector<std::string> explain_recording(std::string_view text);

} // namespace gatehouse::osdp
