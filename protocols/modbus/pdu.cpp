#include "protocols/modbus/pdu.hpp"

#include "protocols/wire/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

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
        reply.registers.push_back(word_at(content, i));
    return reply;
}

// One plain sentence in each language, with what to do (pains 7); a new code is one row here.
struct Meaning {
    unsigned code = 0;
    std::string_view own_words; // of the Modbus application protocol, clause 7
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array meanings{
    Meaning{1, "illegal function",
            "the board does not know this function; compare board, inputs_as and counters_as with its manual",
            "板卡不支持此功能码；请对照说明书核对 board、inputs_as 和 counters_as"},
    Meaning{2, "illegal data address",
            "the board has no such relay or input; check relays, inputs and the first addresses, manuals "
            "often count from 1",
            "板卡没有此继电器或输入；请核对路数和起始地址，说明书常从 1 开始编号"},
    Meaning{3, "illegal data value", "the board does not accept this value; check relays, inputs and pulse",
            "板卡不接受此数值；请核对继电器和输入路数、脉冲时长"},
    Meaning{4, "device failure",
            "the board reports a failure of its own; cut its power for a moment, and replace it if that does "
            "not help",
            "板卡自身故障；请断电重启，仍不行请更换"},
    Meaning{5, "acknowledge", "the board took this and is still at work; try again in a moment",
            "板卡已接受，仍在执行；请稍后重试"},
    Meaning{6, "busy", "the board is busy; try again in a moment", "板卡忙；请稍后重试"},
    Meaning{8, "memory parity error", "the board reports a fault of its memory; replace it",
            "板卡存储器出错；请更换板卡"},
    Meaning{10, "gateway path unavailable",
            "the serial server has no way to the board; check its serial port settings",
            "串口服务器找不到板卡通路；请检查其串口设置"},
    Meaning{11, "gateway target does not respond",
            "the board behind the serial server does not answer; check unit, power, A and B",
            "串口服务器后的板卡无应答；请检查站号、电源和 A/B 接线"},
};

constexpr Meaning any_other{0, "not of the standard",
                            "the board refuses for a reason of its own; look the code up in its manual",
                            "板卡拒绝，原因码非标准；请查阅板卡说明书"};

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
    const auto* found =
        std::find_if(meanings.begin(), meanings.end(), [&](const auto& row) { return row.code == code; });
    const auto& row = found == meanings.end() ? any_other : *found;
    return wire::in_both_languages({row.english, row.chinese},
                                   fmt::format("exception {}, {}", code, row.own_words));
}

} // namespace gatehouse::modbus
