#include "protocols/uhppote/bcd.hpp"

namespace gatehouse::uhppote {
namespace {

using namespace std::chrono;

std::optional<Date> valid(std::optional<int> year, std::optional<int> month, std::optional<int> day)
{
    if (!year || !month || !day) return std::nullopt;
    const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                              std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return Date{*year, *month, *day};
}

std::optional<TimeOfDay> valid_time(std::optional<int> hour, std::optional<int> minute,
                                    std::optional<int> second)
{
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    return TimeOfDay{*hour, *minute, *second};
}

std::uint8_t bcd(int value)
{
    return static_cast<std::uint8_t>((value / 10 % 10) << 4 | value % 10);
}

} // namespace

std::optional<int> read_bcd(std::uint8_t byte)
{
    const int high = byte >> 4;
    const int low = byte & 0x0f;
    if (high > 9 || low > 9) return std::nullopt;
    return high * 10 + low;
}

std::optional<Date> read_date(Bytes four)
{
    const auto century = read_bcd(four[0]);
    const auto year = read_bcd(four[1]);
    if (!century || !year) return std::nullopt;
    return valid(*century * 100 + *year, read_bcd(four[2]), read_bcd(four[3]));
}

std::optional<Date> read_short_date(Bytes three)
{
    const auto year = read_bcd(three[0]);
    if (!year) return std::nullopt;
    return valid(2000 + *year, read_bcd(three[1]), read_bcd(three[2]));
}

std::optional<TimeOfDay> read_clock(Bytes three)
{
    return valid_time(read_bcd(three[0]), read_bcd(three[1]), read_bcd(three[2]));
}

std::optional<TimeOfDay> read_hour_minute(Bytes two)
{
    return valid_time(read_bcd(two[0]), read_bcd(two[1]), 0);
}

std::optional<LocalTime> read_date_time(Bytes seven)
{
    const auto date = read_date(seven);
    const auto time = read_clock(seven.subspan(4));
    if (!date || !time) return std::nullopt;
    return join(*date, *time);
}

LocalTime join(const Date& date, const TimeOfDay& time)
{
    const year_month_day day{year(date.year), month(static_cast<unsigned>(date.month)),
                             std::chrono::day(static_cast<unsigned>(date.day))};
    return local_days(day) + hours(time.hour) + minutes(time.minute) + seconds(time.second);
}

void write_date(std::span<std::uint8_t> four, const Date& date)
{
    four[0] = bcd(date.year / 100);
    four[1] = bcd(date.year % 100);
    four[2] = bcd(date.month);
    four[3] = bcd(date.day);
}

void write_hour_minute(std::span<std::uint8_t> two, const TimeOfDay& time)
{
    two[0] = bcd(time.hour);
    two[1] = bcd(time.minute);
}

void write_date_time(std::span<std::uint8_t> seven, LocalTime time)
{
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    const Date whole{static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
                     static_cast<int>(static_cast<unsigned>(date.day()))};
    write_date(seven, whole);
    seven[4] = bcd(static_cast<int>(clock.hours().count()));
    seven[5] = bcd(static_cast<int>(clock.minutes().count()));
    seven[6] = bcd(static_cast<int>(clock.seconds().count()));
}

} // namespace gatehouse::uhppote
