#include "protocols/isapi/alert_fields.hpp"

#include <limits>

namespace gatehouse::isapi {

void put(std::string& to, std::string text)
{
    if (to.empty()) to = std::move(text);
}

void put(std::optional<int>& to, std::string_view text)
{
    const auto number = whole_number(text);
    if (number && *number >= std::numeric_limits<int>::min() && *number <= std::numeric_limits<int>::max())
        to = static_cast<int>(*number);
}

void put(std::optional<std::uint64_t>& to, std::string_view text)
{
    const auto number = whole_number(text);
    if (number && *number >= 0) to = static_cast<std::uint64_t>(*number);
}

void put(std::optional<double>& to, std::string_view text)
{
    if (const auto number = decimal_number(text)) to = number;
}

} // namespace gatehouse::isapi
