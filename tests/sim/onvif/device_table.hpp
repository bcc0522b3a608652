#pragma once
#include "tests/sim/machine.hpp"

#include <toml++/toml.h>

namespace gatehouse::sim::onvif {

// The machines of one [[onvif]] table of the estate file.
void add_devices(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::onvif
