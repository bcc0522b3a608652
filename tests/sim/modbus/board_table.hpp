#pragma once
#include "tests/sim/machine.hpp"

#include <vector>

#include <toml++/toml.h>

namespace gatehouse::sim::modbus {

// One [[modbus]] of the estate file; `count` makes many, with ports that count up.
void add_boards(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::modbus
