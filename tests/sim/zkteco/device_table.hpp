#pragma once
#include "tests/sim/machine.hpp"

#include <toml++/toml.h>

namespace gatehouse::sim::zkteco {

// The machines of one [[zkteco]] table of the estate file.
void add_devices(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::zkteco
