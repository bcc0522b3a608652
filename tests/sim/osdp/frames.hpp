#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace gatehouse::sim::osdp {

// One frame of the panel as it stood on the wire, without mark and check; written from the fact sheet.
struct Question {
    int address = 0;
    int control = 0;
    std::string bytes; // SOM to the last byte before the check
    std::string block; // of security, with its length; empty: none
    int code = 0;
    std::string data; // with the MAC, when there is one
    [[nodiscard]] int sequence() const { return control & 3; }
    [[nodiscard]] bool crc() const { return (control & 4) != 0; }
    [[nodiscard]] bool sealed() const { return block.size() == 2; }
};

[[nodiscard]] std::string crc(const std::string& bytes);      // two bytes, low first
[[nodiscard]] std::string checksum(const std::string& bytes); // one byte
// Takes the first whole frame off the front of `buffer`; junk in front of it goes, too.
[[nodiscard]] std::optional<Question> take_question(std::string& buffer);

// AES-128 of a multiple of 16 bytes; without `start` each block for itself, else chained.
[[nodiscard]] std::string aes(const std::string& key, const std::string& text, const std::string& start = {});
[[nodiscard]] std::string aes_open(const std::string& key, const std::string& text, const std::string& start);
[[nodiscard]] std::string padded(std::string text, bool always);
[[nodiscard]] std::string inverse(std::string text);
// Thirty-two hexadecimal digits as sixteen bytes; nothing for any other text.
[[nodiscard]] std::optional<std::string> key_of(const std::string& digits);

// A card of 26 bits, left aligned in four bytes.
[[nodiscard]] std::string wiegand26(std::uint32_t number);

} // namespace gatehouse::sim::osdp
