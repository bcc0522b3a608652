#pragma once
#include "tests/sim/isapi/device_config.hpp"
#include "tests/sim/machine.hpp"

#include <toml++/toml.h>

namespace gatehouse::sim::isapi {

// The devices of one [[camera]] table.
[[nodiscard]] std::vector<DeviceConfig> devices_of(const toml::table& table);
void add_devices(const toml::table& table, std::vector<MakeMachine>& machines);

} // namespace gatehouse::sim::isapi
