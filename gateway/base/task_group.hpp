#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/wakeup.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <exception>
#include <functional>
#include <list>
#include <string>

namespace gatehouse::base {

// owns: the coroutines spawned on it. Nothing runs detached: whoever starts a coroutine holds the group,
// cancels it and joins it before the objects the coroutine uses go away. io thread only.
class TaskGroup {
public:
    // Called on the io thread when a task ends by an exception other than cancellation.
    using OnFailure = std::function<void(const std::string& task, std::exception_ptr failure)>;

    // Without a handler a failure is logged as an error.
    explicit TaskGroup(asio::any_io_executor executor, OnFailure on_failure = {});
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // After cancel() a spawned task is cancelled at its first suspension.
    void spawn(std::string name, asio::awaitable<void> task);
    // Asks every task to end; they do at their next suspension.
    void cancel();
    // Resumes when no task is left. Can be cancelled; the tasks go on then.
    asio::awaitable<void> join();
    [[nodiscard]] std::size_t size() const { return tasks_.size(); }
    [[nodiscard]] asio::any_io_executor executor() const { return executor_; }

private:
    struct Child {
        std::string name;
        asio::cancellation_signal signal;
    };
    void ended(std::list<Child>::iterator child, std::exception_ptr failure);

    asio::any_io_executor executor_;
    OnFailure on_failure_;
    std::list<Child> tasks_;
    bool cancelled_ = false;
    Wakeup all_ended_;
};

} // namespace gatehouse::base
