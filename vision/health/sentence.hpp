#pragma once
#include "vision/health/reference.hpp"
#include "vision/health/state.hpp"
#include "vision/link/messages.hpp"

#include <map>
#include <string>

namespace gatehouse::vision::health {

// One sentence for a person at the beginning and at the end of a finding.
[[nodiscard]] std::string sentence(State state, bool begins);
[[nodiscard]] std::string zone_sentence(const Zone& zone, bool occupied);

// What was measured for it, for whoever doubts it.
[[nodiscard]] std::map<std::string, double> values(State state, const View& view, const Likeness& likeness);

} // namespace gatehouse::vision::health
