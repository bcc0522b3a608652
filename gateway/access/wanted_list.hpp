#pragma once
#include "gateway/config/site.hpp"
#include "gateway/model/list_entry.hpp"
#include "gateway/store/change.hpp"

#include <vector>

namespace gatehouse::access {

// What the configuration says about which entries go where.
struct ListTerms {
    std::vector<config::LaneConfig> lanes;
    config::AccessConfig access;
    std::chrono::minutes utc_offset{480};
};

struct WantedList {
    std::vector<model::ListEntry> entries; // one for each type and value, in that order
    // Of entries that would be good there, but that the device cannot be trusted with.
    struct LeftOut {
        model::ListEntry::Type type = model::ListEntry::Type::plate;
        std::string value;
        std::string why; // one plain sentence
    };
    std::vector<LeftOut> left_out;
};

// What one device is to hold of our lists: the entries that are good for a lane in which it decides, because
// it reads there or moves the barrier or door and decide is not "gateway". A value that is on a list that
// keeps out is kept out whatever other lists say; of several that let in, the widest validity counts. An
// entry that has run out is not wanted any more. One whose group has hours is left out: a device that decides
// by itself would let it in at any time. Pure.
[[nodiscard]] WantedList wanted_at(const std::string& device, const ListTerms& terms,
                                   const std::vector<store::Credential>& credentials, base::WallTime now);

} // namespace gatehouse::access
