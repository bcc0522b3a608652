#include "gateway/app/notify.hpp"

#include <systemd/sd-daemon.h>

#include <ctime>

namespace gatehouse::app {

void notify_ready(const std::string& status)
{
    sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void notify_reloading()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const auto usec = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
    sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec)).c_str());
}

void notify_stopping()
{
    sd_notify(0, "STOPPING=1");
}

void notify_watchdog()
{
    sd_notify(0, "WATCHDOG=1");
}

void notify_extended(std::chrono::microseconds span)
{
    sd_notify(0, ("EXTEND_TIMEOUT_USEC=" + std::to_string(span.count())).c_str());
}

std::optional<std::chrono::microseconds> watchdog_period()
{
    std::uint64_t usec = 0;
    if (sd_watchdog_enabled(0, &usec) <= 0) return std::nullopt;
    return std::chrono::microseconds(usec);
}

} // namespace gatehouse::app
