#include "gateway/base/task_group.hpp"

#include "gateway/base/cancellation.hpp"
#include "gateway/base/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <cassert>

namespace gatehouse::base {
namespace {

std::string text_of(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "unknown exception";
    }
}

} // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor, OnFailure on_failure)
    : executor_(std::move(executor)), on_failure_(std::move(on_failure)), all_ended_(executor_)
{
}

TaskGroup::~TaskGroup()
{
    assert(tasks_.empty() && "a TaskGroup must be joined before it goes away");
}

void TaskGroup::spawn(std::string name, asio::awaitable<void> task)
{
    const auto child = tasks_.emplace(tasks_.end());
    child->name = std::move(name);
    auto done = [this, child](std::exception_ptr failure) { ended(child, std::move(failure)); };
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(child->signal.slot(), std::move(done)));
    if (cancelled_) child->signal.emit(asio::cancellation_type::terminal);
}

void TaskGroup::cancel()
{
    cancelled_ = true;
    // A handler may end its task at once and take it off the list: step first, then emit.
    for (auto child = tasks_.begin(); child != tasks_.end();) {
        auto& signal = (child++)->signal;
        signal.emit(asio::cancellation_type::terminal);
    }
}

void TaskGroup::ended(std::list<Child>::iterator child, std::exception_ptr failure)
{
    const std::string name = std::move(child->name);
    tasks_.erase(child);
    if (failure && !is_cancellation(failure)) {
        if (on_failure_)
            on_failure_(name, failure);
        else
            log::error("task failed", kv("task", name), kv("why", text_of(failure)));
    }
    if (tasks_.empty()) all_ended_.notify();
}

asio::awaitable<void> TaskGroup::join()
{
    while (!tasks_.empty())
        co_await all_ended_.wait();
}

} // namespace gatehouse::base
