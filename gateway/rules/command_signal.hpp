#pragma once
#include "gateway/rules/rule_spec.hpp"

namespace gatehouse::rules {

// Which output of which device a command was for, and what it asked, in the guard's words. The kind is the
// caller's.
[[nodiscard]] Signal command_signal(const model::CommandDone& done);

} // namespace gatehouse::rules
