#pragma once
#include "gateway/base/errc.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace gatehouse::settings {

inline constexpr std::size_t config_size_max = 1024U * 1024;

// The configuration as it lies on the disk. Both functions block.
struct ConfigText {
    std::string text;
    std::string version; // SHA-256 of the text
};

// Errors: those of the operating system, too_large.
[[nodiscard]] base::Result<ConfigText> read_config(const std::filesystem::path& file);
// Afterwards the file is the new text or, after an error, the old one: never a mixture, and with the rights
// that it had. A link stays a link.
[[nodiscard]] base::Result<void> replace_config(const std::filesystem::path& file, std::string_view text);

} // namespace gatehouse::settings
