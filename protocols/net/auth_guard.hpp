#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>

namespace gatehouse::net {

// Keeps us from being locked out by a device: after a refused password nothing more is tried for a while, and
// then once. The wait starts at `first` and doubles with every further refusal up to `longest`. Devices lock
// an address for 30 minutes after about five failures in as long.
class AuthGuard {
public:
    AuthGuard(std::chrono::milliseconds first, std::chrono::milliseconds longest)
        : first_(first), longest_(longest), wait_(first)
    {
    }

    // Whether a request with credentials may go out now.
    [[nodiscard]] bool may_try(base::MonoTime now) const { return !rejected_ || now >= blocked_until_; }
    // The password was refused.
    void refused(base::MonoTime now);
    // A trial after a refusal goes out: nothing else may until its answer is known.
    void trial(base::MonoTime now);
    void accepted();
    // New credentials: forget everything.
    void reset();

    [[nodiscard]] bool rejected() const { return rejected_; }
    // Whether the device has accepted these credentials since the last refusal or reset.
    [[nodiscard]] bool proven() const { return proven_; }
    [[nodiscard]] base::MonoTime blocked_until() const { return blocked_until_; }
    [[nodiscard]] base::MonoTime refused_at() const { return refused_at_; }

private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds wait_;
    base::MonoTime blocked_until_{};
    base::MonoTime refused_at_{};
    bool rejected_ = false;
    bool proven_ = false;
};

} // namespace gatehouse::net
