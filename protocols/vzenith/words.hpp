#pragma once
#include "protocols/vzenith/json_text.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What we say to a camera: answers to its reports, orders over TCP, and bytes for the boards at its serial
// port.
namespace gatehouse::vzenith {

struct ReplyWords {
    bool open = false;
    int channel = 0;                                   // the camera's output, from 0
    std::optional<std::int64_t> plate_id;              // acknowledged: it is not sent again
    std::optional<std::pair<std::int64_t, bool>> next; // a stored record, and whether to send the next
    int serial_channel = 0;
    std::vector<std::string> serial; // frames for the board
    std::string voice;               // spoken by the camera itself, UTF-8
};
// Response_AlarmInfoPlate (sheet §3): the words are the command channel.
[[nodiscard]] std::string reply_text(const ReplyWords& words);

[[nodiscard]] json::object ioctl_order(int output, int value, std::chrono::milliseconds pulse);
[[nodiscard]] json::object serial_order(const std::string& port, std::string_view bytes);

// A frame that a display or voice board shows or speaks (sheet §6): GBK behind 01, CRC-16/MODBUS. Nothing for
// a text that is too long or cannot be said in GBK.
[[nodiscard]] std::optional<std::string> board_frame(std::uint8_t address, std::string_view text);
[[nodiscard]] std::uint16_t board_crc(std::string_view bytes);

// The camera's state code as one plain sentence with its remedy in both languages (sheet §2); empty for 200.
[[nodiscard]] std::string sentence_of(std::int64_t state_code);

} // namespace gatehouse::vzenith
