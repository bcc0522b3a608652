#pragma once
#include "gateway/base/clock.hpp"

namespace gatehouse::api {

// Until when a client has to do what is its turn; kept by whoever converses, looked at by the server's one
// sweeping timer.
class Deadline {
public:
    explicit Deadline(const base::Clock& clock) : clock_(clock) {}

    void allow(std::chrono::milliseconds span) { at_ = clock_.now() + span; }
    // It is our turn.
    void lift() { at_ = base::MonoTime::max(); }
    [[nodiscard]] bool has_passed() const { return clock_.now() >= at_; }

private:
    const base::Clock& clock_;
    base::MonoTime at_ = base::MonoTime::max();
};

} // namespace gatehouse::api
