#include "gateway/app/backup_copy.hpp"

#include "gateway/store/file.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gatehouse::app {
namespace {

constexpr std::uint64_t piece_size = 256 * 1024;

// Takes a file's name off the disk at the end of its life, whether the file came about or not.
class TakesNameAway {
public:
    explicit TakesNameAway(std::filesystem::path path) : path_(std::move(path)) {}
    ~TakesNameAway()
    {
        std::error_code ignored; // it never came about
        std::filesystem::remove(path_, ignored);
    }
    TakesNameAway(const TakesNameAway&) = delete;
    TakesNameAway& operator=(const TakesNameAway&) = delete;

private:
    std::filesystem::path path_;
};

struct OpenCopy {
    store::File file;
    std::uint64_t size = 0;
    std::uint64_t offset = 0; // read up to here
};

base::Result<std::string> read_piece(OpenCopy& copy)
{
    std::string piece(std::min(piece_size, copy.size - copy.offset), '\0');
    const auto got = ::pread(copy.file.get(), piece.data(), piece.size(), static_cast<off_t>(copy.offset));
    if (got <= 0) return base::Errc::failed;
    piece.resize(static_cast<std::size_t>(got));
    copy.offset += piece.size();
    return piece;
}

asio::awaitable<base::Result<std::string>> read_on_worker(std::shared_ptr<OpenCopy> copy)
{
    co_return read_piece(*copy);
}

asio::awaitable<base::Result<std::string>> next_piece(std::shared_ptr<OpenCopy> copy,
                                                      asio::any_io_executor worker)
{
    auto work = read_on_worker(std::move(copy));
    co_return co_await asio::co_spawn(worker, std::move(work), asio::use_awaitable);
}

} // namespace

asio::awaitable<base::Result<api::LongBody>> backup_copy(store::Store& store, std::filesystem::path target,
                                                         std::int64_t disk_reserve,
                                                         asio::any_io_executor worker)
{
    const auto disk = store.disk();
    if (disk.free_bytes - disk.store_bytes < disk_reserve) co_return base::Errc::disk_full;
    const TakesNameAway guard(target);
    const auto made = co_await store.backup(target);
    if (!made) co_return made.error();
    auto copy = std::make_shared<OpenCopy>();
    copy->file = store::File::open(target, O_RDONLY);
    struct stat facts {};
    if (!copy->file.valid() || ::fstat(copy->file.get(), &facts) != 0) co_return base::Errc::failed;
    copy->size = static_cast<std::uint64_t>(facts.st_size);
    api::LongBody body;
    body.size = copy->size;
    body.next = [copy, worker] { return next_piece(copy, worker); };
    co_return body;
}

} // namespace gatehouse::app
