#pragma once
#include <string>
#include <string_view>

namespace gatehouse::wire {

// Whether `bytes` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

// Each byte that is not part of well-formed UTF-8 becomes U+FFFD, all else stays. total.
[[nodiscard]] std::string replace_invalid(std::string_view bytes);

// The text a device meant: UTF-8 passes unchanged but for a byte order mark, anything else is read as GB18030
// (of which GB2312 and GBK are parts); bytes that are neither become U+FFFD. total: every input has an
// answer, the answer is always UTF-8, and one bad character never costs the rest of the text. Called by the
// codecs for every name they read.
[[nodiscard]] std::string to_utf8(std::string_view bytes);
// The same without a copy of what is UTF-8 already: a part of `bytes`, or `room`, which then holds the text.
[[nodiscard]] std::string_view as_utf8(std::string_view bytes, std::string& room);

// At most so many bytes of a UTF-8 text, and no character cut in two.
[[nodiscard]] std::string cut(std::string text, std::size_t size_max);

// The words of a device, of unknown length, for a sentence or a log line of ours: to_utf8(), cut() and blanks
// for control characters.
[[nodiscard]] std::string one_line(std::string_view bytes, std::size_t size_max);

} // namespace gatehouse::wire
