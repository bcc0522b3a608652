#include "protocols/isapi/device_times.hpp"

#include "protocols/isapi/ascii.hpp"

namespace gatehouse::isapi {

std::string time_digits(std::string_view text, std::size_t count)
{
    std::string digits;
    for (const char c : text.substr(0, 32))
        if (ascii::is_digit(c) && digits.size() < count) digits += c;
    return digits;
}

std::optional<base::ParsedTime> parse_compact_time(std::string_view text, std::chrono::minutes assumed)
{
    text = ascii::trim(text);
    if (const auto iso = base::parse_time(text, assumed)) return *iso;
    std::string digits;
    for (const char c : text) {
        if (c == 'T' && digits.size() == 8) continue;
        if (!ascii::is_digit(c)) return std::nullopt;
        digits += c;
    }
    if (digits.size() < 14 || digits.size() > 18) return std::nullopt;
    const std::string fraction = digits.substr(14);
    const std::string iso = digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2) +
                            "T" + digits.substr(8, 2) + ":" + digits.substr(10, 2) + ":" +
                            digits.substr(12, 2) + (fraction.empty() ? "" : "." + fraction);
    const auto time = base::parse_time(iso, assumed);
    return time ? std::optional(*time) : std::nullopt;
}

} // namespace gatehouse::isapi
