#pragma once
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace gatehouse::vision {

// Pictures and third-party weights that tests and the bench may use and the repository may not hold:
// GATEHOUSE_SHARED, else ../shared beside the repository; nothing when it is not there.
inline std::optional<std::filesystem::path> shared_folder()
{
    const char* named = std::getenv("GATEHOUSE_SHARED");
    const std::filesystem::path folder =
        named != nullptr ? named : std::filesystem::path(GATEHOUSE_SOURCE_DIR) / ".." / "shared";
    if (!std::filesystem::exists(folder / "fixtures")) return std::nullopt;
    return folder;
}

} // namespace gatehouse::vision
