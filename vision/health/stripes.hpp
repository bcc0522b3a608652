#pragma once
#include <vector>

namespace gatehouse::vision::health {

// The strongest wave in a profile (View::rows, View::columns) that is not in the reference's and repeats at
// least twice, in grey levels; 0: none. Periods of 4 to 101 pixels.
[[nodiscard]] double new_stripes(const std::vector<float>& now, const std::vector<float>& then);

} // namespace gatehouse::vision::health
