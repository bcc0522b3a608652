#include "gateway/access/validity.hpp"

#include "gateway/base/time_text.hpp"

#include <charconv>

namespace gatehouse::access {
namespace {

bool is_midnight(base::WallTime time, std::chrono::minutes utc_offset)
{
    const auto local = time + utc_offset;
    return local == std::chrono::floor<std::chrono::days>(local);
}

// Digits at the front, at most `width`; negative when there are none.
int take_number(std::string_view& text, std::size_t width)
{
    int number = -1;
    const auto limit = std::min(width, text.size());
    const auto [end, error] = std::from_chars(text.data(), text.data() + limit, number);
    if (error != std::errc{} || number < 0) return -1;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

bool take(std::string_view& text, std::string_view word)
{
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

bool take_separator(std::string_view& text, std::string_view chinese)
{
    return take(text, "-") || take(text, "/") || take(text, ".") || take(text, chinese);
}

} // namespace

Validity validity_at(std::optional<base::WallTime> from, std::optional<base::WallTime> to, base::WallTime at,
                     std::chrono::minutes utc_offset)
{
    if (from && at < *from) return Validity::not_yet;
    if (!to) return Validity::valid;
    if (is_midnight(*to, utc_offset))
        return at < *to + std::chrono::days(1) ? Validity::valid : Validity::expired;
    return at <= *to ? Validity::valid : Validity::expired;
}

base::WallTime last_moment(base::WallTime to, std::chrono::minutes utc_offset)
{
    return is_midnight(to, utc_offset) ? to + std::chrono::days(1) - std::chrono::seconds(1) : to;
}

std::string date_text(base::WallTime time, std::chrono::minutes utc_offset)
{
    auto text = base::format_time(time, utc_offset);
    if (is_midnight(time, utc_offset)) text.resize(10);
    return text;
}

std::optional<base::WallTime> parse_date(std::string_view text, std::chrono::minutes utc_offset)
{
    if (const auto exact = base::parse_time(text, utc_offset)) return exact->time;
    const int year = take_number(text, 4);
    if (year < 1970 || !take_separator(text, "年")) return std::nullopt;
    const int month = take_number(text, 2);
    if (month < 1 || !take_separator(text, "月")) return std::nullopt;
    const int day = take_number(text, 2);
    take(text, "日");
    if (day < 1 || !text.empty()) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return base::WallTime(std::chrono::sys_days(date)) - utc_offset;
}

} // namespace gatehouse::access
