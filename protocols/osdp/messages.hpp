#pragma once
#include "protocols/osdp/frame.hpp"

#include <string>
#include <variant>

namespace gatehouse::osdp {

// Codes of sheet §3 and §4 that we send or understand.
namespace code {
inline constexpr std::uint8_t poll = 0x60, id = 0x61, cap = 0x62, local_status = 0x64, input_status = 0x65,
                              output_status = 0x66, reader_status = 0x67, out = 0x68, led = 0x69,
                              buzzer = 0x6a, text = 0x6b, comset = 0x6e, keyset = 0x75, challenge = 0x76,
                              cryptogram = 0x77;
inline constexpr std::uint8_t ack = 0x40, nak = 0x41, pdid = 0x45, pdcap = 0x46, lstatr = 0x48, istatr = 0x49,
                              ostatr = 0x4a, rstatr = 0x4b, raw = 0x50, fmt = 0x51, keypad = 0x53, com = 0x54,
                              ccrypt = 0x76, rmac = 0x78, busy = 0x79, ftstat = 0x7a;
} // namespace code

// ---- what we say ----

struct Command {
    std::uint8_t code = code::poll;
    Bytes data;
};

enum class Color : std::uint8_t { black, red, green, amber, blue, magenta, cyan, white };

[[nodiscard]] Command plain_command(std::uint8_t code);
[[nodiscard]] Command ask_identity();
[[nodiscard]] Command ask_capabilities();
// On for `tenths`, by the reader's own timer.
[[nodiscard]] Command output_pulse(std::uint8_t output, std::uint16_t tenths);
// Off at once, whatever timer runs.
[[nodiscard]] Command output_off(std::uint8_t output);
// For good.
[[nodiscard]] Command led_permanent(Color color);
// For `tenths`, then as before.
[[nodiscard]] Command led_temporary(Color color, std::uint16_t tenths);
[[nodiscard]] Command beep(std::uint8_t count);
// For `seconds`; anything but printable ASCII becomes a question mark, and it is cut at 32 characters.
[[nodiscard]] Command show_text(const std::string& text, std::uint8_t seconds);
[[nodiscard]] Command set_key(View key);
[[nodiscard]] Command challenge(View rnd_a);
[[nodiscard]] Command answer_challenge(View panel_cryptogram);

// ---- what we hear ----

struct Ack {};
struct Nak {
    std::uint8_t reason = 0;
};
struct Busy {};
struct Identity {
    std::string vendor; // of the IEEE, in hexadecimal
    unsigned model = 0;
    unsigned version = 0;
    std::uint32_t serial = 0;
    std::string firmware;
};
struct Capability {
    std::uint8_t function = 0;
    std::uint8_t compliance = 0;
    std::uint8_t number = 0;
};
struct Capabilities {
    std::vector<Capability> all;
    [[nodiscard]] const Capability* find(std::uint8_t function) const;
};
struct LocalStatus {
    bool tamper = false;
    bool power_fault = false;
};
struct Inputs {
    std::vector<bool> active;
};
struct Outputs {
    std::vector<bool> on;
};
struct Heads {
    std::vector<std::uint8_t> status; // 0 ok, 1 not connected, 2 tamper
};
struct CardBits {
    unsigned reader = 0;
    bool wiegand = false;
    unsigned count = 0; // of bits
    Bytes bits;         // left aligned
};
struct CardText {
    unsigned reader = 0;
    std::string text;
};
struct Keys {
    unsigned reader = 0;
    std::string digits; // 0-9, * and #
};
struct Challenged {
    Bytes cuid;
    Bytes rnd_b;
    Bytes cryptogram;
};
struct FirstMac {
    Bytes mac;
};
// Whole, and nothing to us.
struct Other {
    std::uint8_t code = 0;
};
// Does not hold what it should.
struct Broken {
    std::uint8_t code = 0;
};
using Reply = std::variant<Ack, Nak, Busy, Identity, Capabilities, LocalStatus, Inputs, Outputs, Heads,
                           CardBits, CardText, Keys, Challenged, FirstMac, Other, Broken>;

// total.
[[nodiscard]] Reply decode_reply(std::uint8_t code, View data);
// One plain sentence for the reason of a refusal with what to do, in English and Chinese.
[[nodiscard]] std::string describe_nak(std::uint8_t reason);
// "POLL"; empty for a code that is not known.
[[nodiscard]] std::string_view name_of(std::uint8_t code, bool from_reader);

} // namespace gatehouse::osdp
