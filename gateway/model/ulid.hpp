#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/random.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::model {

// Makes ULIDs (github.com/ulid/spec): 48 bits of wall time in ms, 80 bits of randomness, Crockford base 32,
// 26 characters. Within one millisecond, and when the wall clock steps back, the last id is incremented, so
// ids made by one source always sort in the order they were made. io thread only.
class UlidSource {
public:
    UlidSource(base::Clock& clock, base::Random& random) : clock_(clock), random_(random) {}
    [[nodiscard]] std::string next();

private:
    base::Clock& clock_;
    base::Random& random_;
    std::uint64_t time_ = 0;
    std::uint16_t high_ = 0; // randomness, top 16 of 80 bits
    std::uint64_t low_ = 0;  // randomness, low 64 bits
};

// True for 26 characters of the ULID alphabet.
[[nodiscard]] bool is_ulid(std::string_view text);

} // namespace gatehouse::model
