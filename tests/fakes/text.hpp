#pragma once
#include <cstddef>
#include <string>

// What the fakes read out of bytes in the same way; nothing that only one protocol knows.
namespace gatehouse::fakes {

// From behind the first `left` to the `right` after it, or to the end; empty without `left`.
[[nodiscard]] std::string between(const std::string& text, const std::string& left, const std::string& right);
// The text of a member of flat JSON.
[[nodiscard]] std::string member(const std::string& json, const std::string& name);
// Each %41 as the byte that it stands for.
[[nodiscard]] std::string unescaped(const std::string& text);
// What is no digit of it is left out.
[[nodiscard]] std::string from_base64(const std::string& text);
[[nodiscard]] int byte_at(const std::string& bytes, std::size_t at);

} // namespace gatehouse::fakes
