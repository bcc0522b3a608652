#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::modbus {

// One line for each frame of a recorded conversation: which framing, whose, what it says. A recording is
// lines of hexadecimal bytes, as `device capture` writes them ("> " sent, "< " received); lines that begin
// with # are comments. Pure and total.
[[nodiscard]] std::vector<std::string> explain_recording(std::string_view text);

} // namespace gatehouse::modbus
