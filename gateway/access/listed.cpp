#include "gateway/access/listed.hpp"

#include <algorithm>

namespace gatehouse::access {
namespace {

bool is_among(const std::vector<std::string>& lanes, std::string_view lane)
{
    return lane.empty() || lanes.empty() || std::find(lanes.begin(), lanes.end(), lane) != lanes.end();
}

} // namespace

Listed::Listed(const store::Credential& credential)
    : list(credential.list), valid_from(credential.valid_from), valid_to(credential.valid_to),
      lanes(credential.lanes), group(credential.group), reason(credential.reason),
      instruction(credential.instruction), entries(credential.entries)
{
}

Objection objection_of(const Listed& listed, std::string_view lane, base::WallTime at, const Policy& policy)
{
    if (!is_among(listed.lanes, lane)) return {"wrong-lane", ", but not for this lane."};
    if (listed.group.empty()) return {};
    const auto* group = policy.group(listed.group);
    if (group == nullptr)
        return {"unknown-group", ", but its group \"" + listed.group + "\" is not configured."};
    if (!is_among(group->lanes, lane))
        return {"wrong-lane", ", but its group \"" + listed.group + "\" is not for this lane."};
    if (!policy.is_open(*group, at))
        return {"out-of-hours", ", but its group \"" + listed.group + "\" may not pass at this time."};
    return {};
}

} // namespace gatehouse::access
