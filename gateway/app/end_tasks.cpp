#include "gateway/app/end_tasks.hpp"

#include "gateway/base/log.hpp"
#include "gateway/base/timeout.hpp"

namespace gatehouse::app {
namespace {

asio::awaitable<base::Result<void>> joined(base::TaskGroup& tasks)
{
    co_await tasks.join();
    co_return base::Result<void>();
}

} // namespace

asio::awaitable<void> end_tasks(base::TaskGroup& tasks, base::Clock& clock, std::chrono::milliseconds limit,
                                std::string whose)
{
    tasks.cancel();
    auto work = joined(tasks);
    const auto ended = co_await base::with_timeout(clock, limit, std::move(work));
    if (ended) co_return;
    base::log::warn("does not stop in time", base::kv("what", whose));
    co_await tasks.join();
}

} // namespace gatehouse::app
