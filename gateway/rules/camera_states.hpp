#pragma once
#include "gateway/rules/rule_spec.hpp"

#include <array>

namespace gatehouse::rules {

inline constexpr std::size_t camera_state_count = 12;

// One rule for each state of a camera's picture, so that each has an alert, a severity and a switch of its
// own.
extern const std::array<RuleSpec, camera_state_count> camera_states;

} // namespace gatehouse::rules
