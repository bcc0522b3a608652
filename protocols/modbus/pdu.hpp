#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// What is asked of a board and what it answers, without any framing (sheet §2). Pure.
namespace gatehouse::modbus {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

enum class Function : std::uint8_t {
    read_coils = 0x01,
    read_inputs = 0x02,
    read_holding = 0x03,
    read_input_registers = 0x04,
    write_coil = 0x05,
    write_register = 0x06
};

constexpr std::uint8_t exception_bit = 0x80;
constexpr std::uint16_t coil_on = 0xff00;
constexpr std::uint16_t coil_off = 0x0000;
constexpr std::uint16_t bits_max = 2000; // of one read (Modbus application protocol 6.1)
constexpr std::uint16_t registers_max = 125;

// The two bytes there, the higher first, as the protocol writes every number.
constexpr std::uint16_t word_at(View bytes, std::size_t at)
{
    return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

// One question. `value` is the count of a read, the value of a write.
struct Request {
    Function function = Function::read_inputs;
    std::uint16_t address = 0;
    std::uint16_t value = 0;
};

// A board's exception codes that we tell apart (sheet §1).
enum class Exception : std::uint8_t {
    none = 0,
    function = 1,
    address = 2,
    value = 3,
    acknowledge = 5,
    busy = 6
};

// The answer to one question.
struct Reply {
    Exception exception = Exception::none; // whatever code the board gave; not only those named
    std::vector<bool> bits;                // of a read of coils or inputs: as many as were asked for
    std::vector<std::uint16_t> registers;
};

[[nodiscard]] bool is_read(const Request& request);
[[nodiscard]] Bytes encode(const Request& request);
// Size of the answer that is no exception. An exception has two bytes.
[[nodiscard]] std::size_t reply_size(const Request& request);
// total: nothing for every answer that does not belong to this question. The echo of a write has to be exact.
[[nodiscard]] std::optional<Reply> parse_reply(const Request& request, View pdu);
// One plain sentence with what to do, in English and Chinese: "... / ... (exception 6, busy)".
[[nodiscard]] std::string describe(Exception exception);

} // namespace gatehouse::modbus
