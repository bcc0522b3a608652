#include "protocols/uhppote/device_messages.hpp"

#include <fmt/format.h>

namespace gatehouse::uhppote {

BoardInfo read_board(const Packet& answer)
{
    BoardInfo board;
    board.serial = answer.serial();
    board.address = answer.address(8);
    board.mask = answer.address(12);
    board.gateway = answer.address(16);
    board.mac = fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", answer.u8(20), answer.u8(21),
                            answer.u8(22), answer.u8(23), answer.u8(24), answer.u8(25));
    // Decimal digits, high byte first: 08 92 is 8.92.
    board.firmware = fmt::format("{:x}.{:02x}", answer.u8(26), answer.u8(27));
    board.released = read_date(answer.from(28));
    return board;
}

Listener read_listener(const Packet& answer)
{
    Listener listener;
    for (std::size_t i = 0; i < listener.address.size(); ++i)
        listener.address[i] = answer.u8(8 + i);
    listener.port = answer.u16(12);
    listener.interval = answer.u8(14);
    return listener;
}

Packet set_listener(std::uint32_t serial, const Listener& listener)
{
    Packet request(Code::set_listener, serial);
    request.put_address(8, listener.address);
    request.put16(12, listener.port);
    request.put8(14, listener.interval);
    return request;
}

std::string to_string(const Listener& listener)
{
    return fmt::format("{}:{}, repeated every {} s", fmt::join(listener.address, "."), listener.port,
                       listener.interval);
}

std::optional<LocalTime> read_time(const Packet& answer)
{
    return read_date_time(answer.from(8));
}

Packet set_time(std::uint32_t serial, LocalTime time)
{
    Packet request(Code::set_time, serial);
    write_date_time(request.at(8), time);
    return request;
}

Packet set_address(std::uint32_t serial, const NetworkAddress& address)
{
    Packet request(Code::set_address, serial);
    request.put_address(8, address.address);
    request.put_address(12, address.mask);
    request.put_address(16, address.gateway);
    request.put_magic(20);
    return request;
}

Packet record_special_events(std::uint32_t serial, bool on)
{
    Packet request(Code::record_special_events, serial);
    request.put8(8, on ? 1 : 0);
    return request;
}

Packet set_pc_control(std::uint32_t serial, bool on)
{
    Packet request(Code::set_pc_control, serial);
    request.put_magic(8);
    request.put8(12, on ? 1 : 0);
    return request;
}

Packet restore_defaults(std::uint32_t serial)
{
    Packet request(Code::restore_defaults, serial);
    request.put_magic(8);
    return request;
}

bool succeeded(const Packet& answer)
{
    return answer.flag(8);
}

} // namespace gatehouse::uhppote
