#pragma once
#include "tests/sim/machine.hpp"

#include <toml++/toml.h>

namespace gatehouse::sim::facepush {

// The machines of one [[facepush]] table of the estate file.
void add_terminals(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::facepush
