#pragma once
#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

namespace gatehouse::wire {

// The newest record keys of a device, at most `max`; the oldest is forgotten first. Keeps 64-bit hashes,
// because 500 busy devices would otherwise hold a million strings: two keys of one device that share a hash
// are a matter of millennia. A flat set, because 500 devices in turn find nothing of theirs in the
// processor's cache: what counts is how many places of memory one key touches.
class RecentKeys {
public:
    explicit RecentKeys(std::size_t max) : max_(max) {}

    // False when it was there already.
    bool insert(std::string_view key);
    [[nodiscard]] bool contains(std::string_view key) const;

private:
    std::size_t max_;
    boost::unordered_flat_set<std::uint64_t> known_;
    std::deque<std::uint64_t> order_;
};

} // namespace gatehouse::wire
