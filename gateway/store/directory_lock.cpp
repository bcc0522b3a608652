#include "gateway/store/directory_lock.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>

namespace gatehouse::store {

DirectoryLock::DirectoryLock(const std::filesystem::path& directory)
    : file_(File::open(directory / "lock", O_RDWR | O_CREAT))
{
    if (!file_.valid())
        throw std::runtime_error(fmt::format("the data directory {} cannot be used: {}", directory.string(),
                                             std::strerror(errno)));
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0)
        throw std::runtime_error(
            fmt::format("the data directory {} is in use by another gateway", directory.string()));
}

bool DirectoryLock::held(const std::filesystem::path& directory)
{
    const File file = File::open(directory / "lock", O_RDWR);
    return file.valid() && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0;
}

} // namespace gatehouse::store
