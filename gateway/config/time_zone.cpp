#include "gateway/config/time_zone.hpp"

#include <array>
#include <utility>

namespace gatehouse::config {
namespace {

using std::chrono::minutes;

constexpr std::array<std::pair<std::string_view, int>, 18> zones{{
    {"Asia/Shanghai", 480},
    {"Asia/Chongqing", 480},
    {"Asia/Urumqi", 360},
    {"Asia/Hong_Kong", 480},
    {"Asia/Macau", 480},
    {"Asia/Taipei", 480},
    {"Asia/Singapore", 480},
    {"Asia/Kuala_Lumpur", 480},
    {"Asia/Manila", 480},
    {"Asia/Bangkok", 420},
    {"Asia/Ho_Chi_Minh", 420},
    {"Asia/Jakarta", 420},
    {"Asia/Tokyo", 540},
    {"Asia/Seoul", 540},
    {"Asia/Kolkata", 330},
    {"Asia/Dubai", 240},
    {"UTC", 0},
    {"Etc/UTC", 0},
}};

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

// "+08:00"
std::optional<minutes> parse_offset(std::string_view text)
{
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    for (const std::size_t i : {1U, 2U, 4U, 5U})
        if (!digit(text[i])) return std::nullopt;
    const int hour = (text[1] - '0') * 10 + (text[2] - '0');
    const int mins = (text[4] - '0') * 10 + (text[5] - '0');
    if (hour > 14 || mins > 59) return std::nullopt;
    return minutes((text[0] == '-' ? -1 : 1) * (hour * 60 + mins));
}

} // namespace

std::optional<minutes> utc_offset_of(std::string_view timezone)
{
    for (const auto& [name, offset] : zones)
        if (name == timezone) return minutes(offset);
    return parse_offset(timezone);
}

std::string known_time_zones()
{
    std::string text;
    for (const auto& [name, offset] : zones)
        text.append(name).append(", ");
    return text + "or an offset such as +08:00";
}

} // namespace gatehouse::config
