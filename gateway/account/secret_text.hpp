#pragma once
#include <string>
#include <string_view>

namespace gatehouse::account {

// 256 bits that nobody can guess, in 43 characters that fit a header: ids of sessions, secrets of tokens.
[[nodiscard]] std::string random_secret();
// What a person types in once: "XXXX-XXXX-XXXX" from letters and digits that are not taken for each other.
[[nodiscard]] std::string random_code();
// The code as it was printed, whatever way it was typed: blanks, lines and small letters do not matter.
[[nodiscard]] std::string plain_code(std::string_view typed);
// In a time that tells nothing about where they differ.
[[nodiscard]] bool is_same_secret(std::string_view one, std::string_view other);

} // namespace gatehouse::account
