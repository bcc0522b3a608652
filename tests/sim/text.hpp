#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sim {

using Span = std::chrono::milliseconds;

// "250ms", "2s", "-90s", "5m", "1h"; "0" and "none" are zero. Nothing for any other text.
[[nodiscard]] std::optional<Span> parse_span(std::string_view text);
// A span, or a time of the day, "07:30" or "07:30:15": so long after midnight. Nothing for any other text.
[[nodiscard]] std::optional<Span> parse_moment(std::string_view text);
// "100/s", "6/m", "30/h", "0": events per second. Nothing for any other text.
[[nodiscard]] std::optional<double> parse_rate(std::string_view text);
// Puts `value` in place of every `marker` in `text`.
[[nodiscard]] std::string replaced(std::string text, std::string_view marker, std::string_view value);
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string hex(std::string_view bytes);
[[nodiscard]] std::string base64(std::string_view bytes);
// The text between `before` and `after`; empty when they do not occur in that order.
[[nodiscard]] std::string between(std::string_view text, std::string_view before, std::string_view after);
// UTF-8 as GB2312, the encoding of older firmware; unchanged when it cannot be converted.
[[nodiscard]] std::string to_gb2312(const std::string& utf8);
// A value inside a JSON string or XML text.
[[nodiscard]] std::string json_escaped(std::string_view text);

} // namespace gatehouse::sim
