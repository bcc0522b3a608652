// UHPPOTE: what a board pushes and answers (sheet §2, §4).
#include "protocols/uhppote/event_messages.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <span>

namespace gatehouse::bench {
namespace {

// Status with event 20417: card 7654321 at door 3, granted; door 3 unlocked.
std::string status()
{
    return bytes_of(
        "17 20 00 00 78 37 2a 18 c1 4f 00 00 01 01 03 01 b1 cb 74 00 20 26 11 26 08 15 02 01 00 00 00 00 "
        "00 00 00 00 00 08 15 02 15 00 00 00 00 00 00 00 00 04 00 26 11 26 00 00 00 00 00 00 00 00 00 00");
}

bool read_one(std::string_view bytes)
{
    const auto found = uhppote::read_packet(std::as_bytes(std::span(bytes)));
    const auto* packet = std::get_if<uhppote::Packet>(&found);
    if (packet == nullptr) return false;
    const auto status = uhppote::read_status(*packet);
    return status.event.exists() && status.event.time && status.time;
}

} // namespace

std::vector<Codec> uhppote_codecs()
{
    return {one_by_one("uhppote, status", std::vector<std::string>(100, status()), read_one)};
}

} // namespace gatehouse::bench
