#pragma once
#include <chrono>

namespace gatehouse::model {

// The longest life of an order that moves metal, whatever deadline its sender gave: nobody waits longer at a
// gate. The command room keeps to it; an upstream judges by it whether a deadline says how old an order is.
constexpr std::chrono::minutes metal_life_max{5};

} // namespace gatehouse::model
