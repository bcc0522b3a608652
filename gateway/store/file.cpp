#include "gateway/store/file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
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

std::runtime_error cannot_open(const std::filesystem::path& file)
{
    return std::runtime_error(file.string() + " cannot be opened: " + std::strerror(errno));
}

void give_to_owner_of_folder(const std::filesystem::path& file)
{
    struct stat folder {};
    if (::geteuid() != 0 || ::stat(file.parent_path().c_str(), &folder) != 0) return;
    if (::lchown(file.c_str(), folder.st_uid, folder.st_gid) != 0 && errno != ENOENT)
        throw std::filesystem::filesystem_error("cannot give a file to the gateway's user", file,
                                                std::error_code(errno, std::generic_category()));
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
