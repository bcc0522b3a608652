#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace gatehouse::sim::modbus {

// The two framings of Modbus on a connection, written from the fact sheet.
enum class Framing { tcp, rtu };

// One question as it stood on the wire: function and data, without framing.
struct Question {
    int unit = 0;
    int transaction = 0; // Modbus TCP only
    std::string pdu;
};

// CRC-16 (A001 reflected, from FFFF).
[[nodiscard]] std::uint16_t crc(const std::string& bytes);
// Takes the first whole question off the front of `buffer`; junk in front of it goes, too.
[[nodiscard]] std::optional<Question> take_question(Framing framing, std::string& buffer);
// `damaged`: with a checksum that is wrong, or another transaction number.
[[nodiscard]] std::string frame(Framing framing, const Question& question, const std::string& answer,
                                bool damaged);

[[nodiscard]] int word_at(const std::string& pdu, std::size_t at); // big endian; 0 behind the end
[[nodiscard]] std::string word(int value);

} // namespace gatehouse::sim::modbus
