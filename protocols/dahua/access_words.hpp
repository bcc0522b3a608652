#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::dahua {

// AccessControl's Method (sheet §4) in our words for credentials. total.
[[nodiscard]] std::string_view credential_of(std::int64_t method);
inline constexpr std::int64_t method_duress = 13;

// AccessControl's ErrorCode in our words for refusals; "other" for what is not in the table.
[[nodiscard]] std::string_view denial_of(std::int64_t error_code);
// The terminal asks whoever listens for its verdict.
inline constexpr std::int64_t error_ask_server = 96;

// Hours and half hours behind an ITSAPI or NTP TimeZone index, in minutes; nothing for an unknown one.
[[nodiscard]] std::optional<int> zone_minutes(std::int64_t index);

} // namespace gatehouse::dahua
