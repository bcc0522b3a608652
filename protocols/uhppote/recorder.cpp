#include "protocols/uhppote/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::uhppote {
namespace {

constexpr std::uint32_t nobody = 400'000'000; // in place of the board's serial number

// How many bytes of an answer mean something; behind them lie leftovers.
std::size_t known_size(Code code)
{
    switch (code) {
    case Code::status: return 54;
    case Code::get_event: return 28;
    case Code::get_card:
    case Code::get_card_at: return 28;
    case Code::get_device: return 32;
    case Code::get_listener: return 15;
    case Code::get_time:
    case Code::set_time: return 15;
    case Code::get_door_control:
    case Code::set_door_control: return 11;
    case Code::get_time_profile: return 37;
    case Code::count_cards:
    case Code::get_event_index: return 12;
    default: return 9; // done or refused
    }
}

void blank(Packet& packet, std::size_t from, std::size_t size)
{
    auto bytes = packet.at(from).first(size);
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
}

} // namespace

void Recorder::begin()
{
    on_ = true;
    cut_ = false;
    text_.clear();
    cards_.clear();
}

void Recorder::take(const Packet& packet)
{
    if (!on_) return;
    const auto kept = redacted(packet);
    const auto line = fmt::format("{:02x}\n", fmt::join(kept.bytes(), " "));
    cut_ = cut_ || text_.size() + line.size() > size_max;
    if (!cut_) text_ += line;
}

std::string Recorder::end()
{
    on_ = false;
    if (cut_) text_ += "# the recording was full here\n";
    return std::move(text_);
}

Packet Recorder::redacted(const Packet& packet)
{
    auto kept = packet;
    kept.put32(4, nobody);
    const auto known = known_size(packet.code());
    blank(kept, known, Packet::size - known);
    switch (packet.code()) {
    case Code::status:
    case Code::get_event: kept.put32(16, pseudonym(packet.u32(16))); break;
    case Code::get_card:
    case Code::get_card_at:
        kept.put32(8, pseudonym(packet.u32(8)));
        blank(kept, 24, 3); // PIN
        break;
    case Code::get_device: blank(kept, 8, 18); break;
    case Code::get_listener: blank(kept, 8, 4); break;
    default: break;
    }
    return kept;
}

std::uint32_t Recorder::pseudonym(std::uint32_t card)
{
    constexpr std::uint32_t deleted = 0xffffffff;
    if (card == 0 || card == deleted) return card; // no card at all
    const auto next = static_cast<std::uint32_t>(cards_.size()) + 1;
    return cards_.try_emplace(card, next).first->second;
}

} // namespace gatehouse::uhppote
