#pragma once
#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace gatehouse::vision::health {

// In the order of what explains what: one that is true leaves the later ones undecided (see hidden_by()).
enum class State {
    lost,
    no_key_frame,
    black,
    over_exposed,
    occluded,
    moved,
    low_contrast,
    blurred,
    noise,
    stripes,
    colour_cast,
    frozen,
};
inline constexpr std::size_t state_count = 12;

template <class T>
using PerState = std::array<T, state_count>;

// As in the configuration and in a finding.
[[nodiscard]] std::string_view to_string(State state);

// So long a state has to be true before it is told.
[[nodiscard]] std::chrono::seconds hold(State state);

// Whether `state` cannot be decided while `other` is true: a black picture is neither blurred nor frozen.
[[nodiscard]] bool hidden_by(State state, State other);

// Scores are 0 at the worst of normal pictures and 1 at the limit for sensitivity 5; a state is true from
// this score on. 1: 1.4, hard to rouse. 10: 0.5, half-way between normal and the limit.
[[nodiscard]] constexpr double score_limit(int sensitivity)
{
    return 1.5 - sensitivity / 10.0;
}
// It is over below limit minus this.
inline constexpr double release_band = 0.25;

} // namespace gatehouse::vision::health
