#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_set>

namespace gatehouse::isapi {

// The newest record keys of a device, at most `max`; the oldest is forgotten first. Keeps 64-bit hashes,
// because 500 busy devices would otherwise hold a million strings: two keys of one device that share a hash
// are a matter of millennia.
class RecentKeys {
public:
    explicit RecentKeys(std::size_t max) : max_(max) {}

    // False when it was there already.
    bool insert(std::string_view key);
    [[nodiscard]] bool contains(std::string_view key) const;

private:
    std::size_t max_;
    std::unordered_set<std::uint64_t> known_;
    std::deque<std::uint64_t> order_;
};

} // namespace gatehouse::isapi
