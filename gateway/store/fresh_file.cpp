#include "gateway/store/fresh_file.hpp"

#include "gateway/store/file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace gatehouse::store {

FreshFile::~FreshFile()
{
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!part_.empty()) ::unlink(part_.c_str());
}

base::error_code FreshFile::failed()
{
    failure_.assign(errno, boost::system::system_category());
    return failure_;
}

base::error_code FreshFile::open()
{
    std::error_code unseen; // it can be made all the same, or open() says why not
    const auto there = std::filesystem::status(target_, unseen);
    // A folder, or a device such as /dev/null: a rename must not take its place.
    if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
        return failure_ = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    std::string name = target_.string() + ".XXXXXX";
    descriptor_ = ::mkstemp(name.data()); // mode 0600
    if (descriptor_ < 0) return failed();
    part_ = std::move(name);
    return {};
}

base::error_code FreshFile::take_over_rights()
{
    struct stat old {};
    if (failure_) return failure_;
    if (::stat(target_.c_str(), &old) != 0 || ::fchown(descriptor_, old.st_uid, old.st_gid) != 0 ||
        ::fchmod(descriptor_, old.st_mode & 07777U) != 0)
        return failed();
    return {};
}

base::error_code FreshFile::write(std::string_view bytes)
{
    while (!failure_ && !bytes.empty()) {
        const auto size = ::write(descriptor_, bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return failed();
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return failure_;
}

base::error_code FreshFile::keep()
{
    if (failure_) return failure_;
    if (::fsync(descriptor_) != 0 || std::rename(part_.c_str(), target_.c_str()) != 0) return failed();
    part_.clear();
    store::sync_directory(target_.parent_path());
    return {};
}

} // namespace gatehouse::store
