#pragma once
#include "tests/sim/machine.hpp"

#include <vector>

#include <toml++/toml.h>

namespace gatehouse::sim::dahua {

// One [[dahua]] table of the estate file. Throws std::runtime_error that names the place.
void add_devices(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::dahua
