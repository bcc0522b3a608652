#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/config/site.hpp"
#include "protocols/osdp/card.hpp"
#include "protocols/osdp/secure_channel.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::osdp {

using std::chrono::milliseconds;

enum class Security {
    off,
    install_key, // SCBK-D for good: for trials; an alert stands as long as it is so
    own_key
};

enum class Keypad { told, as_card, ignored };

// One reader of the line.
struct ReaderConfig {
    int number = 1; // of the reader, in events and status
    std::uint8_t address = 0;
    bool crc = true;
    Security security = Security::off;
    std::optional<Block> key;        // its own
    std::optional<Block> master_key; // its own key is derived
    bool install = false;            // a reader that holds no key of ours yet is given one
    int door = 1;                    // as commands name it; several readers may serve one door
    std::optional<int> door_output;  // output of this reader that unlocks the door
    std::optional<int> door_contact; // input that is active while the door is open
    bool contact_normally_closed = false;
    bool decided_here = true; // the door of the lane that lists this line
    model::Direction direction = model::Direction::unknown;
    CardFormat card = CardFormat::number;
    Keypad keypad = Keypad::told;
    std::optional<Color> idle; // of its LED
    bool signal = true;        // green and a beep when the door is opened
};

// What one [[device]] with protocol = "osdp" says, with the defaults an installer need not touch. sample.toml
// explains every key.
struct Config {
    std::string id;
    base::Target target;
    milliseconds poll_every{200}; // each reader
    milliseconds answer_max{300}; // the standard's 200 ms, and the way there and back
    milliseconds spacing{5};      // between an answer and the next question
    milliseconds connect_max{5'000};
    milliseconds open_for{3'000};
    milliseconds keys_within{5'000}; // between two keys
    std::vector<ReaderConfig> readers;
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::osdp
