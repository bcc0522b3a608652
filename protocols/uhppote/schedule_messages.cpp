#include "protocols/uhppote/schedule_messages.hpp"

namespace gatehouse::uhppote {
namespace {

constexpr std::uint8_t profile_first = 2; // 0 and 1 are "never" and "always" in a card's rights
constexpr std::uint8_t profile_last = 254;

void put_days(Packet& request, std::size_t at, const Weekdays& days)
{
    for (std::size_t i = 0; i < days.size(); ++i)
        request.put8(at + i, days[i] ? 1 : 0);
}

Packet guarded(Code code, std::uint32_t serial)
{
    Packet request(code, serial);
    request.put_magic(8);
    return request;
}

} // namespace

Packet get_time_profile(std::uint32_t serial, std::uint8_t id)
{
    Packet request(Code::get_time_profile, serial);
    request.put8(8, id);
    return request;
}

base::Result<Packet> set_time_profile(std::uint32_t serial, const TimeProfile& profile)
{
    if (profile.id < profile_first || profile.id > profile_last || !profile.from || !profile.to)
        return base::Errc::bad_input;
    Packet request(Code::set_time_profile, serial);
    request.put8(8, profile.id);
    write_date(request.at(9), *profile.from);
    write_date(request.at(13), *profile.to);
    put_days(request, 17, profile.days);
    for (std::size_t i = 0; i < profile.segments.size(); ++i) {
        write_hour_minute(request.at(24 + 4 * i), profile.segments[i].start);
        write_hour_minute(request.at(26 + 4 * i), profile.segments[i].end);
    }
    request.put8(36, profile.linked);
    return request;
}

Packet clear_time_profiles(std::uint32_t serial)
{
    return guarded(Code::clear_time_profiles, serial);
}

std::optional<TimeProfile> read_time_profile(const Packet& answer)
{
    if (answer.u8(8) == 0) return std::nullopt;
    TimeProfile profile;
    profile.id = answer.u8(8);
    profile.from = read_date(answer.from(9));
    profile.to = read_date(answer.from(13));
    for (std::size_t i = 0; i < profile.days.size(); ++i)
        profile.days[i] = answer.flag(17 + i);
    for (std::size_t i = 0; i < profile.segments.size(); ++i) {
        profile.segments[i].start = read_hour_minute(answer.from(24 + 4 * i)).value_or(TimeOfDay{});
        profile.segments[i].end = read_hour_minute(answer.from(26 + 4 * i)).value_or(TimeOfDay{});
    }
    profile.linked = answer.u8(36);
    return profile;
}

Packet clear_task_list(std::uint32_t serial)
{
    return guarded(Code::clear_task_list, serial);
}

Packet add_task(std::uint32_t serial, const Task& task)
{
    Packet request(Code::add_task, serial);
    write_date(request.at(8), task.from);
    write_date(request.at(12), task.to);
    put_days(request, 16, task.days);
    write_hour_minute(request.at(23), task.start);
    request.put8(25, task.door);
    request.put8(26, static_cast<std::uint8_t>(task.kind));
    request.put8(27, task.more_cards);
    return request;
}

Packet refresh_task_list(std::uint32_t serial)
{
    return guarded(Code::refresh_task_list, serial);
}

} // namespace gatehouse::uhppote
