#include "gateway/app/reference_files.hpp"

#include "gateway/app/on_worker.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/read_file.hpp"
#include "gateway/store/file.hpp"

#include <algorithm>

namespace gatehouse::app {
namespace {

constexpr std::size_t size_max = 8U << 20;
constexpr auto ending = ".references";

base::Result<void> write(const std::filesystem::path& file, const std::string& bytes)
{
    std::error_code why;
    std::filesystem::create_directories(file.parent_path(), why);
    if (why) return base::error_code(why.value(), boost::system::system_category());
    return store::write_atomically(file, bytes);
}

void remove_others(const std::filesystem::path& folder, const std::vector<std::string>& devices)
{
    std::error_code gone; // no folder yet, or somebody else removed it: nothing to tidy
    for (const auto& file : std::filesystem::directory_iterator(folder, gone))
        if (std::find(devices.begin(), devices.end(), file.path().stem()) == devices.end())
            std::filesystem::remove(file.path(), gone);
}

} // namespace

// Ids of devices are [a-z0-9-], so they are names of files too.
std::filesystem::path ReferenceFiles::file_of(const std::string& camera) const
{
    return folder_ / (camera + ending);
}

asio::awaitable<std::string> ReferenceFiles::recall(std::string camera)
{
    auto work = [file = file_of(camera)] { return base::read_file(file, size_max); };
    auto read = co_await on_worker(worker_, std::move(work));
    co_return read ? std::move(*read) : std::string();
}

asio::awaitable<void> ReferenceFiles::keep(std::string camera, std::string learnt)
{
    if (learnt.size() > size_max) co_return;
    auto work = [file = file_of(camera), bytes = std::move(learnt)] { return write(file, bytes); };
    const auto kept = co_await on_worker(worker_, std::move(work));
    if (!kept)
        base::log::warn("what a camera should see is not kept", base::kv("device", camera),
                        base::kv("why", kept.error()));
}

asio::awaitable<void> ReferenceFiles::drop(std::string camera)
{
    auto work = [file = file_of(camera)] {
        std::error_code why;
        std::filesystem::remove(file, why); // that there is none is no error
        return why;
    };
    const auto why = co_await on_worker(worker_, std::move(work));
    if (why)
        base::log::warn("what a camera should see is not removed", base::kv("device", camera),
                        base::kv("why", why.message()));
}

asio::awaitable<void> ReferenceFiles::tidy(std::vector<std::string> devices)
{
    auto work = [folder = folder_, wanted = std::move(devices)] {
        remove_others(folder, wanted);
        return true;
    };
    (void)co_await on_worker(worker_, std::move(work)); // it has no other answer
}

} // namespace gatehouse::app
