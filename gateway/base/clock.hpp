#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/wakeup.hpp"

#include <chrono>

namespace gatehouse::base {

// Wall time in UTC, millisecond resolution: what is stored, shown and sent.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
// Monotonic time: every interval, timeout and deadline inside the process.
using MonoTime = std::chrono::steady_clock::time_point;

// The next of the moments at which everybody asks who asks this often: forty boards asked at one moment wake
// the processor once, not forty times.
[[nodiscard]] inline MonoTime next_beat(MonoTime now, MonoTime::duration every)
{
    return now + every - now.time_since_epoch() % every;
}

// The only source of time. Tests use a clock that moves when they say so.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual MonoTime now() const = 0;
    [[nodiscard]] virtual WallTime wall() const = 0;
    // Throws operation_aborted when the awaiting coroutine is cancelled.
    virtual asio::awaitable<void> sleep_until(MonoTime when) = 0;

    // Until the wakeup is notified, `when` at the latest; which of the two it was is not said. Throws like
    // sleep_until().
    virtual asio::awaitable<void> wait(Wakeup& wakeup, MonoTime when);

    asio::awaitable<void> sleep_for(std::chrono::nanoseconds span) { return sleep_until(now() + span); }
};

// The clock of the machine.
class SystemClock final : public Clock {
public:
    [[nodiscard]] MonoTime now() const override;
    [[nodiscard]] WallTime wall() const override;
    asio::awaitable<void> sleep_until(MonoTime when) override;
    // One timer instead of two coroutines beside each other: what polls ten times a second waits like this.
    asio::awaitable<void> wait(Wakeup& wakeup, MonoTime when) override;
};

} // namespace gatehouse::base
