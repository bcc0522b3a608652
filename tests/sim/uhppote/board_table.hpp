#pragma once
#include "tests/sim/machine.hpp"

#include <vector>

#include <toml++/toml.h>

namespace gatehouse::sim::uhppote {

// One [[uhppote]] of the estate file; `count` makes many, with serial numbers and ports that count up.
void add_boards(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::uhppote
