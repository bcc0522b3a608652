#include "gateway/config/day_span.hpp"

namespace gatehouse::config {
namespace {

constexpr std::chrono::minutes day{24 * 60};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

} // namespace

bool DaySpan::contains(std::chrono::minutes of_day) const
{
    if (from == to) return true;
    if (from < to) return of_day >= from && of_day < to;
    return of_day >= from || of_day < to;
}

std::optional<std::chrono::minutes> parse_day_time(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (const std::size_t i : {0U, 1U, 3U, 4U})
        if (!is_digit(text[i])) return std::nullopt;
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    const std::chrono::minutes time(hour * 60 + minute);
    if (minute > 59 || time > day) return std::nullopt;
    return time;
}

std::optional<DaySpan> parse_day_span(std::string_view text)
{
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto from = parse_day_time(text.substr(0, dash));
    const auto to = parse_day_time(text.substr(dash + 1));
    if (!from || !to) return std::nullopt;
    return DaySpan{*from, *to};
}

SiteMoment site_moment(base::WallTime at, std::chrono::minutes utc_offset)
{
    const auto local = at + utc_offset;
    const auto midnight = std::chrono::floor<std::chrono::days>(local);
    SiteMoment moment;
    moment.weekday = std::chrono::weekday(midnight).iso_encoding() - 1;
    moment.of_day = std::chrono::floor<std::chrono::minutes>(local - midnight);
    moment.past = local - midnight - moment.of_day;
    return moment;
}

} // namespace gatehouse::config
