#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/base/read_file.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace gatehouse::store {

// owns: one file descriptor.
class File {
public:
    File() = default;
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    File& operator=(File&& other) noexcept
    {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~File();

    // `flags` as for open(2); O_CLOEXEC is added. Not valid() when it cannot be opened.
    [[nodiscard]] static File open(const std::filesystem::path& path, int flags);
    [[nodiscard]] bool valid() const { return descriptor_ >= 0; }
    [[nodiscard]] int get() const { return descriptor_; }
    // All of `bytes` at `offset`. Errors: disk_full, failed.
    [[nodiscard]] base::Result<void> write_at(std::string_view bytes, std::int64_t offset) const;

private:
    int descriptor_ = -1;
};

using base::read_file;
// Write, sync, rename, sync the folder: afterwards the old or the new content is there, never a mixture.
[[nodiscard]] base::Result<void> write_atomically(const std::filesystem::path& path,
                                                  std::string_view content);
void sync_directory(const std::filesystem::path& directory);
[[nodiscard]] base::Errc errc_of_errno();
// For a start-up failure: names the file and what errno says.
[[nodiscard]] std::runtime_error cannot_open(const std::filesystem::path& file);
// When root makes a file among those of another user (restore), that user must be able to use it: gives it
// to whoever owns its folder. Nothing to do for anybody else.
void give_to_owner_of_folder(const std::filesystem::path& file);

} // namespace gatehouse::store
