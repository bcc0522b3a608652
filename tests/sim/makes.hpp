#pragma once
#include "tests/sim/machine.hpp"

#include <span>
#include <string_view>

#include <toml++/toml.h>

namespace gatehouse::sim {

// One kind of table in the estate file, and who reads it. Throws std::runtime_error that names the place.
struct Make {
    std::string_view table;
    void (*add)(const toml::table& table, std::vector<MakeMachine>& machines);
};

// The only place that names the makes.
[[nodiscard]] std::span<const Make> makes();

} // namespace gatehouse::sim
