#pragma once
#include "gateway/base/errc.hpp"

#include <filesystem>
#include <string>

namespace gatehouse::base {

inline constexpr std::size_t file_size_max = 64U * 1024 * 1024;

// The whole file. Pipes and /dev/stdin are files, folders are not. Errors: those of the operating system;
// too_large beyond `size_max`, so that a slip of the hand (/dev/zero) does not eat the memory. Blocks.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t size_max = file_size_max);

} // namespace gatehouse::base
