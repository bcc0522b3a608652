#include "gateway/account/lock_out.hpp"

#include <algorithm>

namespace gatehouse::account {

std::optional<std::chrono::seconds> LockOut::shut_for(const std::string& key) const
{
    const auto found = rows_.find(key);
    if (found == rows_.end() || found->second.failures < failures_max) return std::nullopt;
    const auto left = found->second.last + span - clock_.now();
    if (left <= base::MonoTime::duration::zero()) return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(left);
}

bool LockOut::fail(const std::string& key)
{
    const auto now = clock_.now();
    if (!rows_.contains(key)) make_room();
    auto& row = rows_[key];
    if (now - row.last >= span) row.failures = 0;
    row.last = now;
    return ++row.failures == failures_max;
}

void LockOut::take_back(const std::string& key)
{
    const auto found = rows_.find(key);
    if (found != rows_.end() && --found->second.failures <= 0) rows_.erase(found);
}

void LockOut::forget(const std::string& key)
{
    rows_.erase(key);
}

void LockOut::make_room()
{
    if (rows_.size() < keys_max) return;
    rows_.erase(std::min_element(rows_.begin(), rows_.end(), [](const auto& one, const auto& other) {
        return one.second.last < other.second.last;
    }));
}

} // namespace gatehouse::account
