#pragma once
#include "gateway/rules/rule_spec.hpp"

#include <string_view>

namespace gatehouse::rules {

// Something that happens: a passage with this flag.
[[nodiscard]] std::optional<Signal> flagged(const model::Event& event, std::string_view flag);

} // namespace gatehouse::rules
