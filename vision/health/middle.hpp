#pragma once
#include <algorithm>
#include <vector>

namespace gatehouse::vision::health {

// The median of what is not empty, the upper one of two; `values` are put into another order.
inline float middle(std::vector<float>& values)
{
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

} // namespace gatehouse::vision::health
