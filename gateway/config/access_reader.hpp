#pragma once
#include "gateway/config/site.hpp"

#include <vector>

namespace gatehouse::config {

// The [access] table and the [[schedule]], [[holiday]] and [[group]] tables of a document. `lanes`: those
// that a group may name. Used by SiteReader only.
[[nodiscard]] AccessConfig read_access(Table& root, const std::vector<LaneConfig>& lanes);

} // namespace gatehouse::config
