#pragma once
#include "gateway/base/clock.hpp"

namespace gatehouse::isapi {

// How often a conversation with one device may be begun (pains 6): devices have few session slots and free
// them slowly. Three at once, then one every 100 s, which is three in five minutes in the long run. Kept by
// the driver.
class LoginBudget {
public:
    // A conversation was begun.
    void spend(base::MonoTime now);
    // The device says that all its sessions are taken: every further try would take another.
    void rest(base::MonoTime now);
    // When the next may be begun; not later than `now` when it may be at once.
    [[nodiscard]] base::MonoTime next() const;

private:
    base::MonoTime spent_until_{}; // when all that was begun is paid for
    base::MonoTime resting_until_{};
};

} // namespace gatehouse::isapi
