#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>

namespace gatehouse::net {

// Keeps us from being locked out by a device: after a refused password nothing more is tried for a while, and
// then once. Devices lock an address for 30 minutes after about five failures in as long, so the wait is
// `first`, then half of `longest`, then `longest`: with a minute and half an hour at most three tries fall
// into any 30 minutes.
class AuthGuard {
public:
    AuthGuard(std::chrono::milliseconds first, std::chrono::milliseconds longest)
        : first_(first), longest_(longest)
    {
    }

    // Whether a request with credentials may go out now.
    [[nodiscard]] bool may_try(base::MonoTime now) const { return !rejected_ || now >= blocked_until_; }
    // The device answered 401 to credentials. It counts that against us, also when only the nonce was old.
    void failed();
    // The password was refused.
    void refused(base::MonoTime now);
    // A trial after a refusal goes out: nothing else may until its answer is known.
    void trial(base::MonoTime now);
    // The device itself says how long it is of no use to try.
    void hold(base::MonoTime until);
    void accepted();
    // New credentials: forget everything.
    void reset();

    [[nodiscard]] bool rejected() const { return rejected_; }
    // Whether the device has accepted these credentials since the last failure or reset.
    [[nodiscard]] bool proven() const { return proven_; }
    [[nodiscard]] base::MonoTime blocked_until() const { return blocked_until_; }
    [[nodiscard]] base::MonoTime refused_at() const { return refused_at_; }

private:
    [[nodiscard]] std::chrono::milliseconds wait_after(int failures) const;

    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    base::MonoTime blocked_until_{};
    base::MonoTime refused_at_{};
    int failures_ = 0; // since the credentials were last accepted
    bool rejected_ = false;
    bool proven_ = false;
};

} // namespace gatehouse::net
