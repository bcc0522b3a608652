#include "protocols/zkteco/times.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace gatehouse::zkteco {
namespace {

using namespace std::chrono;

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t size)
{
    int value = 0;
    for (const char c : text.substr(at, size)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

struct Parts {
    year_month_day date;
    hh_mm_ss<std::chrono::seconds> time;
};

Parts local_parts(base::WallTime time, minutes utc_offset)
{
    const auto local = floor<std::chrono::seconds>(time + utc_offset);
    const auto day = floor<days>(local);
    return Parts{year_month_day(day), hh_mm_ss<std::chrono::seconds>(local - day)};
}

} // namespace

std::optional<base::WallTime> read_time(std::string_view text, minutes utc_offset)
{
    if (text.size() != 19 || text[4] != '-' || text[7] != '-' || (text[10] != ' ' && text[10] != 'T') ||
        text[13] != ':' || text[16] != ':')
        return std::nullopt;
    std::array<int, 6> values{};
    constexpr std::array<std::size_t, 6> starts{0, 5, 8, 11, 14, 17};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto value = digits(text, starts[i], i == 0 ? 4 : 2);
        if (!value) return std::nullopt;
        values[i] = *value;
    }
    const year_month_day date{year{values[0]}, month{static_cast<unsigned>(values[1])},
                              day{static_cast<unsigned>(values[2])}};
    if (!date.ok() || values[0] < 1970 || values[3] > 23 || values[4] > 59 || values[5] > 59)
        return std::nullopt;
    return base::WallTime(sys_days(date).time_since_epoch() + hours(values[3]) + minutes(values[4]) +
                          std::chrono::seconds(values[5]) - utc_offset);
}

std::string write_time(base::WallTime time, minutes utc_offset)
{
    const auto [date, clock] = local_parts(time, utc_offset);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::int64_t to_number(base::WallTime time, minutes utc_offset)
{
    const auto [date, clock] = local_parts(time, utc_offset);
    const std::int64_t months = (static_cast<int>(date.year()) - 2000) * 12 +
                                static_cast<int>(static_cast<unsigned>(date.month())) - 1;
    const std::int64_t day_number = months * 31 + static_cast<int>(static_cast<unsigned>(date.day())) - 1;
    return day_number * 86'400 + clock.to_duration().count();
}

std::string zone_digits(minutes utc_offset)
{
    const auto size = std::abs(utc_offset.count());
    return fmt::format("{}{:02}{:02}", utc_offset.count() < 0 ? '-' : '+', size / 60, size % 60);
}

std::string zone_option(minutes utc_offset, ZoneForm form)
{
    const auto size = std::abs(utc_offset.count());
    switch (form) {
    case ZoneForm::hours: return size % 60 == 0 ? std::to_string(utc_offset.count() / 60) : std::string();
    case ZoneForm::minutes: return std::to_string(utc_offset.count());
    case ZoneForm::offset:
        return fmt::format("{}{:02}:{:02}", utc_offset.count() < 0 ? '-' : '+', size / 60, size % 60);
    case ZoneForm::none: break;
    }
    return {};
}

std::string http_date(base::WallTime time)
{
    constexpr std::array<const char*, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto [date, clock] = local_parts(time, minutes(0));
    const weekday name{sys_days(date)};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", day_names.at(name.c_encoding()),
                       static_cast<unsigned>(date.day()),
                       month_names.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

} // namespace gatehouse::zkteco
