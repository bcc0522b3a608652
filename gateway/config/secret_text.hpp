#pragma once
#include "gateway/config/issue.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::config {

// What stands in place of a secret wherever a configuration is shown.
inline constexpr std::string_view hidden_secret = "***";

// The text with hidden_secret in place of every secret that it gives in plain: what the reader has called one
// in `issues`, and, because a file with errors is not read to its end, whatever is named like one. total.
[[nodiscard]] std::string hide_secrets(std::string_view text, const Issues& issues);

// The text with every hidden_secret replaced by what `before` has at the same place: the same key of the
// table with the same id or name, wherever it stands now. total.
[[nodiscard]] std::string restore_secrets(std::string_view text, std::string_view before);

// An error for every secret of the text that is still hidden_secret: nobody knows what it stands for.
void refuse_hidden_secrets(std::string_view text, const std::string& file, Issues& issues);

} // namespace gatehouse::config
