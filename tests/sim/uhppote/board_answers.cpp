// What the board answers, function by function (fact sheet section 3).
#include "tests/sim/uhppote/board.hpp"

#include <fmt/format.h>

namespace gatehouse::sim::uhppote {
namespace {

const std::string magic = "\x55\xaa\xaa\x55";

bool guarded(const std::string& request, std::size_t at)
{
    return request.compare(at, magic.size(), magic) == 0;
}

} // namespace

std::string Board::status_fields() const
{
    auto fields = memory_.events.size() == 0 ? u32(0) : memory_.events.answer(memory_.events.last());
    fields.resize(20, '\0');
    for (const auto& state : {memory_.door_open, memory_.button})
        for (const bool on : state)
            fields += flag(on);
    const auto time = bcd_time(now());
    fields += '\3' + time.substr(4, 3) + u32(sequence_) + u32(0) + '\x2b';
    int relays = 0;
    for (std::size_t i = 0; i < memory_.unlocked.size(); ++i)
        relays |= memory_.unlocked[i] ? 1 << i : 0;
    return fields + static_cast<char>(relays) + static_cast<char>(memory_.inputs) + time.substr(1, 3) +
           "\x01\x19\x04\x20";
}

Board::Answer Board::answer(const std::string& request, const std::string& peer)
{
    Answer reply;
    if (request.size() != packet_size || request[0] != '\x17') return reply;
    const int code = byte_at(request, 1);
    const auto asked = u32_at(request, 4);
    const bool everybody = asked == 0 && code == 0x94;
    if (asked != config_.serial && !everybody) return reply;
    ++seen_.requests;
    ++sequence_;
    heard_at_ = clock_.now();
    if (code == 0x40 || code == 0x80) return order(request, peer);
    const auto fields = fields_of(request);
    if (!fields.empty()) reply.packet = packet_of(code, config_.serial, fields);
    return reply;
}

std::string Board::fields_of(const std::string& request)
{
    const auto index = u32_at(request, 8);
    const int small = byte_at(request, 8);
    switch (byte_at(request, 1)) {
    case 0x20: return status_fields();
    case 0x94:
        return std::string("\x7f\x00\x00\x01\xff\x00\x00\x00\x7f\x00\x00\x01\x00\x66\x19", 15) +
               u32(config_.serial).substr(0, 3) + std::string("\x08\x92\x20\x18\x08\x16", 6);
    case 0x92: return memory_.listener;
    case 0x32: return bcd_time(now());
    case 0x82: {
        if (small < 1 || small > 4) return flag(false);
        const auto& control = memory_.control.at(static_cast<std::size_t>(small) - 1);
        return request.substr(8, 1) + static_cast<char>(control.mode) + static_cast<char>(control.delay);
    }
    case 0xb0: return memory_.events.answer(index);
    case 0xb4: return u32(memory_.mark);
    case 0x58: return u32(static_cast<std::uint32_t>(memory_.cards.count()));
    case 0x5a: return memory_.cards.find(index);
    case 0x5c: return memory_.cards.at(index);
    case 0x98: {
        const auto found = memory_.profiles.find(small);
        return found == memory_.profiles.end() ? flag(false) : found->second;
    }
    case 0x86: {
        const auto found = memory_.settings.find(0x84);
        return found == memory_.settings.end() ? flag(false) : found->second.substr(0, 1);
    }
    default: return change(request);
    }
}

std::string Board::change(const std::string& request)
{
    const int code = byte_at(request, 1);
    switch (code) {
    case 0x30:
        moods_.clock_skew += std::chrono::duration_cast<Span>(time_at(request, 8) - now());
        return bcd_time(now());
    case 0x90: memory_.listener = request.substr(8, 7); return flag(true);
    case 0x8e: memory_.special_events = request[8] != 0; return flag(true);
    case 0xb2:
        if (!guarded(request, 12)) return flag(false);
        memory_.mark = u32_at(request, 8);
        return flag(true);
    case 0x50: return flag(memory_.cards.put(request.substr(8, 20)));
    case 0x52: return flag(memory_.cards.remove(u32_at(request, 8)));
    case 0x54:
        if (!guarded(request, 8)) return flag(false);
        memory_.cards.clear();
        return flag(true);
    case 0x88: memory_.profiles[byte_at(request, 8)] = request.substr(8, 29); return flag(true);
    case 0x8a:
        if (!guarded(request, 8)) return flag(false);
        memory_.profiles.clear();
        return flag(true);
    case 0xa0:
        if (!guarded(request, 8)) return flag(false);
        memory_.pc_control = request[12] != 0;
        return flag(true);
    case 0xc8:
        if (!guarded(request, 8)) return flag(false);
        memory_ = BoardMemory{EventStore(config_.store_max, config_.block), CardTable(config_.cards_max)};
        return flag(true);
    case 0x96: return {}; // restarts its network and says nothing; a simulated board stays where it is
    case 0x84:
    case 0x8c:
    case 0xa2:
    case 0xa4:
    case 0xa6:
    case 0xa8:
    case 0xaa:
    case 0xac: memory_.settings[code] = request.substr(8); return flag(true);
    default: return {};
    }
}

// Opening a door and holding it: what moves metal.
Board::Answer Board::order(const std::string& request, const std::string& peer)
{
    Answer reply;
    const int code = byte_at(request, 1);
    const int door = byte_at(request, 8);
    const bool known = door >= 1 && door <= 4;
    const bool done = known && moods_.command != CommandMood::refuse;
    const auto action = code == 0x40 ? std::string("open") : fmt::format("mode {}", byte_at(request, 9));
    oracle_.command({config_.id, fmt::format("door/{}", door), action, done, peer.substr(4),
                     fmt::format("{} {:02x}", peer.substr(0, 3), code)});
    if (done) move(door, code, request);
    if (moods_.command == CommandMood::silent) return reply;
    reply.late = moods_.command == CommandMood::late;
    const auto taken = code == 0x40 || !done ? flag(done) : request.substr(8, 3);
    reply.packet = packet_of(code, config_.serial, taken);
    return reply;
}

void Board::move(int door, int code, const std::string& request)
{
    const auto at = static_cast<std::size_t>(door) - 1;
    ++seen_.moves;
    memory_.unlocked.at(at) = true;
    if (code == 0x80) {
        auto& control = memory_.control.at(at);
        control = {byte_at(request, 9), byte_at(request, 10)};
        memory_.unlocked.at(at) = control.mode == 1;
        return;
    }
    Event event;
    event.type = 2;
    event.door = door;
    event.reason = 44;
    happen(std::move(event), "remote_open");
    group_.spawn("relock", relock(door));
}

asio::awaitable<void> Board::relock(int door)
{
    const auto& control = memory_.control.at(static_cast<std::size_t>(door) - 1);
    co_await pause(std::chrono::seconds(control.delay));
    memory_.unlocked.at(static_cast<std::size_t>(door) - 1) = control.mode == 1;
}

} // namespace gatehouse::sim::uhppote
