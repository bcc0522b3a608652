#include "protocols/uhppote/find.hpp"

#include "protocols/uhppote/config.hpp"
#include "protocols/uhppote/device_messages.hpp"

#include <fmt/format.h>

namespace gatehouse::uhppote {
namespace {

std::vector<std::string> probes(base::Random& /*random*/)
{
    const Packet question(Code::get_device, 0);
    const auto bytes = question.bytes();
    std::vector<std::string> out;
    out.emplace_back(bytes.begin(), bytes.end());
    return out;
}

// The address that answered and not the one the board claims: its packets are known by it.
std::string address_of(const base::Endpoint& from)
{
    if (from.port == board_port) return "udp://" + from.host;
    return fmt::format("udp://{}:{}", from.host, from.port);
}

std::optional<device::Found> read(std::string_view datagram, const base::Endpoint& from)
{
    const auto read = read_packet(std::as_bytes(std::span(datagram)));
    const auto* packet = std::get_if<Packet>(&read);
    // Serial 0 is our own question, come back.
    if (packet == nullptr || packet->code() != Code::get_device || packet->serial() == 0) return std::nullopt;
    const auto board = read_board(*packet);
    device::Found found;
    found.protocol = "uhppote";
    found.kind = "controller";
    found.address = address_of(from);
    found.host = board.address;
    found.make = "UHPPOTE";
    found.model = "UT0311-L0x";
    found.serial = std::to_string(board.serial);
    found.firmware = board.firmware;
    found.mac = board.mac;
    return found;
}

} // namespace

const device::FindMethod find_boards{
    .name = "UT0311 broadcast",
    .group = "255.255.255.255",
    .port = board_port,
    .local_port = 0, // never the boards' own: the question would come back as an answer
    .probes = &probes,
    .read = &read,
};

} // namespace gatehouse::uhppote
