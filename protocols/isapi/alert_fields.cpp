#include "protocols/isapi/alert_fields.hpp"

#include <algorithm>
#include <limits>

namespace gatehouse::isapi {

void put(std::string& to, std::string_view text)
{
    if (to.empty()) to = text;
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

void append_numbers(std::vector<double>& to, std::string_view text)
{
    constexpr std::string_view gaps = ", ;|";
    for (auto start = text.find_first_not_of(gaps); start != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(gaps, start), text.size());
        const auto number = decimal_number(text.substr(start, end - start));
        if (to.size() < characters_max) to.push_back(number.value_or(-1));
        start = text.find_first_not_of(gaps, end);
    }
}

} // namespace gatehouse::isapi
