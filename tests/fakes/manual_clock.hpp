#pragma once
#include "gateway/base/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <optional>

namespace gatehouse::fakes {

// A clock that moves only when a test says so. Wall and monotonic time move together; step_wall() moves the
// wall alone.
class ManualClock final : public base::Clock {
public:
    explicit ManualClock(base::WallTime wall = base::WallTime(std::chrono::milliseconds(1'767'225'600'000)))
        : wall_(wall)
    {
    }

    [[nodiscard]] base::MonoTime now() const override { return now_; }
    [[nodiscard]] base::WallTime wall() const override { return wall_; }
    asio::awaitable<void> sleep_until(base::MonoTime when) override;

    // Moves both clocks and lets every sleeper whose time has come wake up. Run the io_context afterwards.
    void advance(std::chrono::milliseconds span);
    void step_wall(std::chrono::milliseconds span) { wall_ += span; }
    // The earliest sleeper, or nothing: lets a test jump from one due time to the next.
    [[nodiscard]] std::optional<base::MonoTime> next_due() const;

private:
    base::MonoTime now_{std::chrono::hours(1)};
    base::WallTime wall_;
    std::multimap<base::MonoTime, std::shared_ptr<asio::steady_timer>> sleepers_;
};

} // namespace gatehouse::fakes
