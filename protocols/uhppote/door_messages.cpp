#include "protocols/uhppote/door_messages.hpp"

#include <algorithm>

namespace gatehouse::uhppote {
namespace {

Packet of_door(Code code, std::uint32_t serial, std::uint8_t door)
{
    Packet request(code, serial);
    request.put8(8, door);
    return request;
}

} // namespace

Packet open_door(std::uint32_t serial, std::uint8_t door)
{
    return of_door(Code::open_door, serial, door);
}

Packet get_door_control(std::uint32_t serial, std::uint8_t door)
{
    return of_door(Code::get_door_control, serial, door);
}

Packet set_door_control(std::uint32_t serial, const DoorControl& control)
{
    auto request = of_door(Code::set_door_control, serial, control.door);
    request.put8(9, static_cast<std::uint8_t>(control.mode));
    request.put8(10, control.delay_s);
    return request;
}

DoorControl read_door_control(const Packet& answer)
{
    DoorControl control;
    control.door = answer.u8(8);
    if (answer.u8(9) <= 3) control.mode = static_cast<DoorMode>(answer.u8(9));
    control.delay_s = answer.u8(10);
    return control;
}

Packet set_interlock(std::uint32_t serial, Interlock interlock)
{
    Packet request(Code::set_interlock, serial);
    request.put8(8, static_cast<std::uint8_t>(interlock));
    return request;
}

Packet set_anti_passback(std::uint32_t serial, AntiPassback mode)
{
    Packet request(Code::set_anti_passback, serial);
    request.put8(8, static_cast<std::uint8_t>(mode));
    return request;
}

AntiPassback read_anti_passback(const Packet& answer)
{
    const auto mode = answer.u8(8);
    return mode <= 4 ? static_cast<AntiPassback>(mode) : AntiPassback::off;
}

Packet activate_keypads(std::uint32_t serial, const std::array<bool, 4>& readers)
{
    Packet request(Code::activate_keypads, serial);
    for (std::size_t i = 0; i < readers.size(); ++i)
        request.put8(8 + i, readers[i] ? 1 : 0);
    return request;
}

base::Result<Packet> set_door_passcodes(std::uint32_t serial, std::uint8_t door,
                                        const std::array<std::uint32_t, 4>& codes)
{
    // The board would store a cut number and say OK.
    if (std::any_of(codes.begin(), codes.end(), [](auto code) { return code > passcode_max; }))
        return base::Errc::bad_input;
    auto request = of_door(Code::set_door_passcodes, serial, door);
    for (std::size_t i = 0; i < codes.size(); ++i)
        request.put32(12 + 4 * i, codes[i]);
    return request;
}

Packet set_first_card(std::uint32_t serial, const FirstCard& first)
{
    auto request = of_door(Code::set_first_card, serial, first.door);
    write_hour_minute(request.at(9), first.start);
    request.put8(11, first.mode_after);
    write_hour_minute(request.at(12), first.end);
    request.put8(14, first.mode_outside);
    for (std::size_t i = 0; i < first.days.size(); ++i)
        request.put8(15 + i, first.days[i] ? 1 : 0);
    return request;
}

} // namespace gatehouse::uhppote
