#include "protocols/wire/recent_keys.hpp"

#include <functional>

namespace gatehouse::wire {
namespace {

std::uint64_t hash_of(std::string_view key)
{
    return std::hash<std::string_view>{}(key);
}

} // namespace

bool RecentKeys::insert(std::string_view key)
{
    const auto hash = hash_of(key);
    if (!known_.insert(hash).second) return false;
    order_.push_back(hash);
    if (order_.size() > max_) {
        known_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

bool RecentKeys::contains(std::string_view key) const
{
    return known_.contains(hash_of(key));
}

} // namespace gatehouse::wire
