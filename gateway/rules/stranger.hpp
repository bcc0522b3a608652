#pragma once
#include "gateway/rules/rule_spec.hpp"

namespace gatehouse::rules {

// A person whom a reader looked at and nobody knows; the part is the door.
[[nodiscard]] std::optional<Signal> stranger(const model::Event& event);

} // namespace gatehouse::rules
