#include "protocols/modbus/pdu.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::modbus {
namespace {

std::uint8_t high(std::uint16_t value)
{
    return static_cast<std::uint8_t>(value >> 8U);
}

std::uint8_t low(std::uint16_t value)
{
    return static_cast<std::uint8_t>(value & 0xffU);
}

bool reads_bits(const Request& request)
{
    return request.function == Function::read_coils || request.function == Function::read_inputs;
}

// Bytes behind the byte count of the answer to a read.
std::size_t content_size(const Request& request)
{
    return reads_bits(request) ? (request.value + 7U) / 8U : request.value * 2U;
}

Reply read_content(const Request& request, View content)
{
    Reply reply;
    if (reads_bits(request)) {
        for (std::size_t i = 0; i < request.value; ++i)
            reply.bits.push_back(((content[i / 8] >> (i % 8)) & 1U) != 0);
        return reply;
    }
    for (std::size_t i = 0; i + 1 < content.size(); i += 2)
        reply.registers.push_back(static_cast<std::uint16_t>(content[i] << 8U | content[i + 1]));
    return reply;
}

} // namespace

bool is_read(const Request& request)
{
    return request.function != Function::write_coil && request.function != Function::write_register;
}

Bytes encode(const Request& request)
{
    return {static_cast<std::uint8_t>(request.function), high(request.address), low(request.address),
            high(request.value), low(request.value)};
}

std::size_t reply_size(const Request& request)
{
    return is_read(request) ? 2 + content_size(request) : 5;
}

std::optional<Reply> parse_reply(const Request& request, View pdu)
{
    const auto function = static_cast<std::uint8_t>(request.function);
    if (pdu.size() == 2 && pdu[0] == (function | exception_bit) && pdu[1] != 0) {
        Reply refused;
        refused.exception = static_cast<Exception>(pdu[1]);
        return refused;
    }
    if (pdu.size() != reply_size(request) || pdu[0] != function) return std::nullopt;
    if (is_read(request)) {
        if (pdu[1] != content_size(request)) return std::nullopt;
        return read_content(request, pdu.subspan(2));
    }
    const auto echo = encode(request);
    if (!std::equal(pdu.begin(), pdu.end(), echo.begin(), echo.end())) return std::nullopt;
    return Reply();
}

std::string describe(Exception exception)
{
    const auto code = static_cast<unsigned>(exception);
    const auto* word = [&] {
        switch (code) {
        case 0x01: return "illegal function";
        case 0x02: return "illegal data address";
        case 0x03: return "illegal data value";
        case 0x04: return "device failure";
        case 0x05: return "accepted, still at work";
        case 0x06: return "busy";
        case 0x0a: return "the gateway has no path to the board";
        case 0x0b: return "the board behind the gateway does not answer";
        default: return "unknown exception";
        }
    }();
    return fmt::format("{} (exception {})", word, code);
}

} // namespace gatehouse::modbus
