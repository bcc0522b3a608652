#pragma once
#include <string>
#include <string_view>

namespace gatehouse::account {

// Why a password will not do, as a sentence; empty: it will. What is asked is length, and that nobody guesses
// it first (NIST SP 800-63B 5.1.1.2): no rules of composition. total.
[[nodiscard]] std::string flaw_of_password(std::string_view password, std::string_view account);

// Argon2id with its salt and costs in one text. Takes a tenth of a second and 64 MiB: not on the io thread.
// Empty when there is no memory for it.
[[nodiscard]] std::string hash_password(const std::string& password);
// Takes as long.
[[nodiscard]] bool is_password(const std::string& hash, const std::string& password);
// Made with other costs than those of now.
[[nodiscard]] bool is_outdated(const std::string& hash);

} // namespace gatehouse::account
