#pragma once
#include "tests/sim/machine.hpp"

#include <toml++/toml.h>

namespace gatehouse::sim::webhook_in {

// The machines of one [[webhook-in]] table of the estate file.
void add_pushers(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::webhook_in
