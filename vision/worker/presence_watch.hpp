#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <optional>

namespace gatehouse::vision {

// Turns faces seen now and then into "somebody is there" and "nobody is there any more": people turn their
// heads, and each turn is not somebody new.
class PresenceWatch {
public:
    static constexpr std::chrono::seconds gone_after{15};

    // What changes with a look that found so many: true, somebody is there; false, nobody is any more.
    [[nodiscard]] std::optional<bool> observe(base::MonoTime now, int faces)
    {
        if (faces > 0) {
            const bool begins = !seen_at_;
            seen_at_ = now;
            return begins ? std::optional(true) : std::nullopt;
        }
        if (!seen_at_ || now - *seen_at_ < gone_after) return std::nullopt;
        seen_at_.reset();
        return false;
    }

private:
    std::optional<base::MonoTime> seen_at_;
};

} // namespace gatehouse::vision
