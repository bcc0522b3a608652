#pragma once
#include <cstdint>

namespace gatehouse::base {

// Seeded pseudo-random numbers for jitter and ids. Never for secrets.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    // splitmix64: small state, passes the usual batteries, the same on every platform.
    std::uint64_t next()
    {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }

    // Uniform in [0, 1).
    double uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

private:
    std::uint64_t state_;
};

} // namespace gatehouse::base
