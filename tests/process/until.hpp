#pragma once
#include "tests/process/scratch.hpp"

#include <functional>

namespace gatehouse::proof {

// Looks again and again; false when it does not come true within `limit`. For a gateway alone; where there is
// a centre, World::until() lets it work meanwhile.
[[nodiscard]] bool until(const std::function<bool()>& condition, Milliseconds limit);

} // namespace gatehouse::proof
