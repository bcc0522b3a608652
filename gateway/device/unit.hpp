#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/device/driver.hpp"

#include <deque>
#include <memory>
#include <string>

namespace gatehouse::device {

// One supervised device: its configuration, its driver while there is one, and how often that had to be
// restarted. Used by the supervisor only; io thread only.
struct Unit {
    Unit(asio::any_io_executor executor, config::DeviceConfig device, config::Table driver_table)
        : config(std::move(device)), table(std::move(driver_table)), tasks(std::move(executor))
    {
    }

    config::DeviceConfig config;
    config::Table table;
    std::unique_ptr<Memory> memory; // loaded before the first driver is made
    // Null while a restart is waited for. Shared with the calls in progress, which outlive a restart.
    std::shared_ptr<Driver> driver;
    base::MonoTime not_before{}; // the first driver is made then
    base::MonoTime running_since{};
    std::deque<base::MonoTime> restarts; // those inside the window
    std::string fault;                   // why the driver is not running, one sentence
    bool failed = false;                 // the budget is spent and the failure was reported
    bool shown = false;                  // whether shown_link and shown_why hold what was told last
    model::LinkState shown_link = model::LinkState::unknown;
    std::string shown_why;
    std::string serial;          // what answered when it was last looked at
    std::string compared_serial; // what answered when it was last compared with what we know it by
    bool stranger = false;       // another device answers under this id, and that was told
    bool retired = false;        // asked to end; a driver may have used up the cancellation for its goodbye
    base::TaskGroup tasks;       // the supervising coroutine
};

} // namespace gatehouse::device
