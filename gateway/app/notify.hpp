#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace gatehouse::app {

// Tells systemd how the service does (sd_notify(3)). Does nothing outside systemd.
void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();
void notify_watchdog();
// The start takes longer: it is given up only when nothing more is heard for `span`.
void notify_extended(std::chrono::microseconds span);
// WatchdogSec= of the unit; absent when no watchdog is set.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_period();

} // namespace gatehouse::app
