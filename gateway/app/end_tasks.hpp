#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/task_group.hpp"

#include <string>

namespace gatehouse::app {

// Cancels and joins. What takes longer than `limit` is named in the log and waited for all the same:
// cancelled work always ends, and only then may what it uses go away.
asio::awaitable<void> end_tasks(base::TaskGroup& tasks, base::Clock& clock, std::chrono::milliseconds limit,
                                std::string whose);

} // namespace gatehouse::app
