#include "vision/health/state.hpp"

#include <initializer_list>

namespace gatehouse::vision::health {

namespace {

using std::chrono::seconds;

constexpr unsigned bit(State state)
{
    return 1U << static_cast<unsigned>(state);
}

constexpr unsigned bits(std::initializer_list<State> states)
{
    unsigned all = 0;
    for (const auto state : states)
        all |= bit(state);
    return all;
}

struct Trait {
    std::string_view name;
    seconds hold;
    unsigned hidden_by;
};

using enum State;
constexpr unsigned blind = bits({black, over_exposed});
constexpr unsigned elsewhere = blind | bits({occluded, moved});

// Holds: vision.md §6. moved waits longer than a lorry stands before the camera.
constexpr PerState<Trait> traits{{
    {"lost", seconds(30), 0},
    {"no_key_frame", seconds(10), bits({lost})},
    {"black", seconds(10), 0},
    {"over_exposed", seconds(30), 0},
    {"occluded", seconds(10), blind},
    {"moved", seconds(25), blind | bits({occluded})},
    {"low_contrast", seconds(60), elsewhere},
    {"blurred", seconds(60), elsewhere | bits({low_contrast})},
    {"noise", seconds(60), blind},
    {"stripes", seconds(60), elsewhere | bits({noise})},
    {"colour_cast", seconds(120), elsewhere},
    {"frozen", seconds(30), blind},
}};

const Trait& trait(State state)
{
    return traits[static_cast<std::size_t>(state)];
}

} // namespace

std::string_view to_string(State state)
{
    return trait(state).name;
}
seconds hold(State state)
{
    return trait(state).hold;
}
bool hidden_by(State state, State other)
{
    return (trait(state).hidden_by & bit(other)) != 0;
}

} // namespace gatehouse::vision::health
