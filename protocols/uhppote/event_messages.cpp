#include "protocols/uhppote/event_messages.hpp"

namespace gatehouse::uhppote {
namespace {

EventType type_of(std::uint8_t byte)
{
    // A type nobody has described is an event all the same: its reason says what it is.
    constexpr std::uint8_t last_known = 3;
    if (byte <= last_known || byte == 0xff) return static_cast<EventType>(byte);
    return EventType::alarm;
}

} // namespace

EventRecord read_event(const Packet& answer)
{
    EventRecord event;
    event.index = answer.u32(8);
    event.type = type_of(answer.u8(12));
    event.granted = answer.flag(13);
    event.door = answer.u8(14);
    event.direction = answer.u8(15);
    event.card = answer.u32(16);
    event.time = read_date_time(answer.from(20));
    event.reason = answer.u8(27);
    return event;
}

BoardStatus read_status(const Packet& answer)
{
    BoardStatus status;
    status.event = read_event(answer);
    for (std::size_t i = 0; i < status.door_open.size(); ++i) {
        status.door_open[i] = answer.flag(28 + i);
        status.button[i] = answer.flag(32 + i);
        status.unlocked[i] = (answer.u8(49) >> i & 1) != 0;
    }
    status.system_error = answer.u8(36);
    status.sequence = answer.u32(40);
    status.force_lock = (answer.u8(50) & 1) != 0;
    status.fire = (answer.u8(50) & 2) != 0;
    const auto date = read_short_date(answer.from(51));
    const auto clock = read_clock(answer.from(37));
    if (date && clock) status.time = join(*date, *clock);
    return status;
}

Packet get_event(std::uint32_t serial, std::uint32_t index)
{
    Packet request(Code::get_event, serial);
    request.put32(8, index);
    return request;
}

Packet set_event_index(std::uint32_t serial, std::uint32_t index)
{
    Packet request(Code::set_event_index, serial);
    request.put32(8, index);
    request.put_magic(12);
    return request;
}

std::uint32_t read_event_index(const Packet& answer)
{
    return answer.u32(8);
}

} // namespace gatehouse::uhppote
