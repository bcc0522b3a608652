// Modbus: the answer to the question for eight inputs, over TCP and on a serial line (sheet §1, §2).
#include "protocols/modbus/mbap.hpp"
#include "protocols/modbus/rtu.hpp"
#include "tests/bench/codecs/codec.hpp"

namespace gatehouse::bench {
namespace {

const modbus::Request inputs{modbus::Function::read_inputs, 0, 8};

bool read_tcp(std::string_view bytes)
{
    const auto step = modbus::next_mbap(octets(bytes));
    const auto reply = modbus::parse_reply(inputs, step.pdu);
    return step.consumed == bytes.size() && reply && reply->bits.size() == inputs.value;
}

bool read_serial(std::string_view bytes)
{
    const auto found = modbus::find_reply(octets(bytes), 1, inputs);
    return found && found->reply.bits.size() == inputs.value;
}

std::string on_line()
{
    auto bytes = bytes_of("01 02 01 05");
    const auto sum = modbus::crc16(octets(bytes));
    bytes.push_back(static_cast<char>(sum & 0xffU));
    bytes.push_back(static_cast<char>(sum >> 8U));
    return bytes;
}

} // namespace

std::vector<Codec> modbus_codecs()
{
    const auto over_tcp = bytes_of("00 07 00 00 00 04 01 02 01 05");
    return {one_by_one("modbus, TCP", std::vector<std::string>(100, over_tcp), read_tcp),
            one_by_one("modbus, serial line", std::vector<std::string>(100, on_line()), read_serial)};
}

} // namespace gatehouse::bench
