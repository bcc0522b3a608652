#include "gateway/access/consents.hpp"

#include <algorithm>

namespace gatehouse::access {
namespace {

const store::Consent* newest_at(const std::vector<store::Consent>& records, base::WallTime at)
{
    const store::Consent* newest = nullptr;
    for (const auto& record : records)
        if (record.given_at <= at && (newest == nullptr || record.given_at >= newest->given_at))
            newest = &record;
    return newest;
}

} // namespace

Consents::Consents(const std::vector<store::Consent>& records)
{
    for (const auto& record : records)
        records_[{record.person, record.purpose}].push_back(record);
}

bool Consents::covers(const std::string& person, const std::string& purpose, base::WallTime at) const
{
    const auto found = records_.find({person, purpose});
    const auto* newest = found == records_.end() ? nullptr : newest_at(found->second, at);
    return newest != nullptr && (!newest->withdrawn_at || *newest->withdrawn_at > at);
}

std::optional<base::WallTime> Consents::withdrawn(const std::string& person, const std::string& purpose,
                                                  base::WallTime at) const
{
    const auto found = records_.find({person, purpose});
    const auto* newest = found == records_.end() ? nullptr : newest_at(found->second, at);
    if (newest == nullptr || !newest->withdrawn_at || *newest->withdrawn_at > at) return std::nullopt;
    return newest->withdrawn_at;
}

} // namespace gatehouse::access
