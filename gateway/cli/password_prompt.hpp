#pragma once
#include <optional>
#include <ostream>
#include <string>

namespace gatehouse::cli {

// Asks for a password twice at the terminal, which shows nothing of it. Nothing when there is no terminal or
// the two differ; why is said on `err`.
[[nodiscard]] std::optional<std::string> ask_for_password(std::ostream& err);
// The first line of standard input, for scripts.
[[nodiscard]] std::optional<std::string> read_password(std::ostream& err);

} // namespace gatehouse::cli
