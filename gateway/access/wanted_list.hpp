#pragma once
#include "gateway/config/site.hpp"
#include "gateway/model/list_entry.hpp"
#include "gateway/store/change.hpp"

#include <vector>

namespace gatehouse::access {

// What one device is to hold of our lists: the entries that are good for a lane in which it decides, because
// it reads there or moves the barrier or door and decide is not "gateway"; one for each type and value, in
// that order. A value that is on a list that keeps out is kept out whatever other lists say; of several that
// let in, the widest validity counts. An entry that has run out is not wanted any more. Pure.
[[nodiscard]] std::vector<model::ListEntry> wanted_at(const std::string& device,
                                                      const std::vector<config::LaneConfig>& lanes,
                                                      const std::vector<store::Credential>& credentials,
                                                      base::WallTime now, std::chrono::minutes utc_offset);

} // namespace gatehouse::access
