#pragma once
#include "gateway/store/file.hpp"

namespace gatehouse::store {

// Held while a gateway works in a data directory, so that a second one keeps out. The kernel lets go when the
// process ends, however it ends.
class DirectoryLock {
public:
    // Throws std::runtime_error, naming the directory, when another process holds it or it cannot be made.
    explicit DirectoryLock(const std::filesystem::path& directory);
    // Whether somebody holds it now.
    [[nodiscard]] static bool held(const std::filesystem::path& directory);

private:
    File file_;
};

} // namespace gatehouse::store
