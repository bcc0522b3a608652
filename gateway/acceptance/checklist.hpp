#pragma once
#include "gateway/acceptance/facts.hpp"
#include "gateway/acceptance/run.hpp"

#include <vector>

namespace gatehouse::acceptance {

// The sheet of a site as it is configured now: what is looked at once, and what for every device and lane.
[[nodiscard]] std::vector<Item> checklist_for(const Facts& facts);

// Does the automatic checks again, each with its result, one sentence and its figures. What can only be seen
// once somebody has done something (a passage, a drill) stays open until then. Pure.
void check(Run& run, const Facts& facts, base::WallTime now);

} // namespace gatehouse::acceptance
