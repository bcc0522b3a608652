#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/store/store.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

struct timex;

namespace gatehouse::health {

// Whether the kernel says that a time service keeps the clock (adjtimex(2), STA_UNSYNC; cleared by timesyncd,
// chrony, ntpd). Changes nothing.
[[nodiscard]] bool kernel_clock_synced();
// The same by another adjtimex. An answer below 0, as from a sandbox that forbids the question, is no: what
// cannot be known is not claimed.
[[nodiscard]] bool clock_synced_by(int (*ask)(timex*));

// Whether our own wall clock can be believed. A box without a battery clock starts in the past; the last time
// known to be good is kept in the store as a floor, and a wall clock below it is wrong whatever the kernel
// says (pains 18). Gate decisions never wait for it; it marks events and refuses remote commands that carry a
// deadline. io thread only.
class ClockWatch {
public:
    struct Options {
        std::function<bool()> kernel_synced = kernel_clock_synced;
        // Called on the io thread whenever synced() changes, and once at the start of run().
        std::function<void(bool synced, std::string why)> on_change;
        std::chrono::milliseconds check_every = std::chrono::seconds(10);
        std::chrono::milliseconds save_every = std::chrono::minutes(5);
        // A clock that the kernel calls synchronised for this long disproves a floor that lies in its future
        // (the floor was saved while the clock was wrong).
        std::chrono::milliseconds floor_disproved_after = std::chrono::hours(1);
    };

    ClockWatch(store::Store& store, base::Clock& clock, base::Metrics& metrics, Options options);

    // Reads the floor. Called once before run(); on an error there is no floor.
    asio::awaitable<base::Result<void>> load();
    // Looks at the clock and saves the floor. Ends only by cancellation.
    asio::awaitable<void> run();

    // At most a second old.
    [[nodiscard]] bool synced() const;
    // One plain sentence when not synced, else empty.
    [[nodiscard]] std::string why() const;
    [[nodiscard]] std::optional<base::WallTime> floor() const { return floor_; }

private:
    [[nodiscard]] bool below_floor() const;
    [[nodiscard]] bool kernel_synced() const;
    void drop_disproved_floor();
    asio::awaitable<void> save_floor();

    store::Store& store_;
    base::Clock& clock_;
    Options options_;
    std::optional<base::WallTime> floor_;
    std::optional<base::MonoTime> saved_at_;
    std::optional<base::MonoTime> contradicted_since_; // kernel synced, yet below the floor
    std::optional<bool> shown_;
    mutable std::optional<base::MonoTime> asked_at_;
    mutable bool kernel_says_ = false;
    base::Gauge& synced_gauge_;
    base::Counter& save_failures_;
};

} // namespace gatehouse::health
