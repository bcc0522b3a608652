#pragma once
#include "gateway/base/random.hpp"

#include <algorithm>
#include <chrono>

namespace gatehouse::base {

// Full-jitter exponential backoff: the n-th wait is uniform in [first, min(cap, first * 2^n)].
class Backoff {
public:
    using milliseconds = std::chrono::milliseconds;
    Backoff(milliseconds first, milliseconds cap) : first_(first), cap_(cap), ceiling_(first) {}

    milliseconds next(Random& random)
    {
        const auto spread = static_cast<double>((ceiling_ - first_).count());
        const auto wait = first_ + milliseconds(static_cast<std::int64_t>(spread * random.uniform()));
        ceiling_ = std::min(cap_, ceiling_ * 2);
        return wait;
    }

    void reset() { ceiling_ = first_; }

private:
    milliseconds first_;
    milliseconds cap_;
    milliseconds ceiling_;
};

} // namespace gatehouse::base
