#pragma once
#include "gateway/base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace gatehouse::vision {

// How long a camera may hurry by its own impulse: leaves or rain that look like plates again and again would
// keep half a core busy for ever. Twenty seconds in a row are enough for any car; after that, a quarter of
// the time. What somebody orders does not count.
class HurryBudget {
public:
    // Whether it may hurry now; asked for each picture that would like to.
    [[nodiscard]] bool take(base::MonoTime now)
    {
        const auto span = last_ ? now - *last_ : base::MonoTime::duration(0);
        last_ = now;
        // Asked again soon: it has hurried in between.
        const bool hurried = granted_ && span <= in_a_row;
        left_ = std::clamp<base::MonoTime::duration>(left_ + (hurried ? -span : span / refill), {}, most);
        granted_ = left_ >= (granted_ ? base::MonoTime::duration(1) : enough);
        return granted_;
    }

private:
    static constexpr base::MonoTime::duration most = std::chrono::seconds(20);
    static constexpr base::MonoTime::duration enough = std::chrono::seconds(5); // to begin again
    static constexpr base::MonoTime::duration in_a_row = std::chrono::seconds(3);
    static constexpr int refill = 3; // seconds of rest for one of hurry

    base::MonoTime::duration left_ = most;
    std::optional<base::MonoTime> last_;
    bool granted_ = false;
};

} // namespace gatehouse::vision
