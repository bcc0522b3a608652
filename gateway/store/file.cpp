#include "gateway/store/file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace gatehouse::store {

File::~File()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

File File::open(const std::filesystem::path& path, int flags)
{
    return File(::open(path.c_str(), flags | O_CLOEXEC, 0640));
}

base::Errc errc_of_errno()
{
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? base::Errc::disk_full : base::Errc::failed;
}

base::Result<void> File::write_at(std::string_view bytes, std::int64_t offset) const
{
    while (!bytes.empty()) {
        const auto size = ::pwrite(descriptor_, bytes.data(), bytes.size(), offset);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return errc_of_errno();
        bytes.remove_prefix(static_cast<std::size_t>(size));
        offset += size;
    }
    return {};
}

base::Result<void> write_atomically(const std::filesystem::path& path, std::string_view content)
{
    const std::filesystem::path fresh = path.string() + ".new";
    {
        const File file = File::open(fresh, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file.valid()) return errc_of_errno();
        if (auto written = file.write_at(content, 0); !written) return written;
        if (::fsync(file.get()) != 0) return errc_of_errno();
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) return errc_of_errno();
    sync_directory(path.parent_path());
    return {};
}

void sync_directory(const std::filesystem::path& directory)
{
    const File folder = File::open(directory, O_RDONLY | O_DIRECTORY);
    // A file system that cannot sync a folder is not made better by an error here.
    if (folder.valid()) ::fsync(folder.get());
}

} // namespace gatehouse::store
