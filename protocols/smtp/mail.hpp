#pragma once
#include "gateway/notify/channel.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A message as mail servers take it (RFC 5322, 2047, 2045). Pure.
namespace gatehouse::smtp {

// Whether it can stand between < and > and in a header as it is: ASCII, one @, nothing that begins a line or
// an address of its own.
[[nodiscard]] bool is_address(std::string_view text);

// A header line with its end; nothing when a line end in it would begin another header. Text that is not
// plain ASCII becomes encoded words of at most 75 characters, none with half a character in it (RFC 2047 §2).
[[nodiscard]] std::optional<std::string> header(std::string_view name, std::string_view value);

// Lines that begin with a dot get a second one (RFC 5321 §4.5.2).
[[nodiscard]] std::string dot_stuffed(std::string_view text);

// "Thu, 01 Jan 2026 08:05:30 +0800"
[[nodiscard]] std::string mail_date(base::WallTime at, std::chrono::minutes utc_offset);

struct Envelope {
    std::string from;
    std::vector<std::string> to;
};
// The whole message up to its last line end, neither stuffed nor ended. The same for the same notification,
// with the same Message-ID: a repeat is known as one. Nothing when a header would hold a line end.
[[nodiscard]] std::optional<std::string>
mail(const Envelope& envelope, const notify::Notification& notification, const model::Names& names);

} // namespace gatehouse::smtp
