#pragma once
#include "gateway/access/calendar.hpp"
#include "gateway/config/site.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::access {

// What the configuration says about who may pass: groups and their hours. Asked by every decision; replaced
// as a whole by a reload.
class Policy {
public:
    Policy() = default;
    Policy(config::AccessConfig access, const std::vector<config::LaneConfig>& lanes,
           std::chrono::minutes utc_offset);

    // Null: no group has this name. Lasts as long as the policy.
    [[nodiscard]] const config::GroupConfig* group(std::string_view name) const;
    // Whether one of the group's schedules is open, or it has none.
    [[nodiscard]] bool is_open(const config::GroupConfig& group, base::WallTime at) const;
    // Whether one only leaves through this lane: that is nobody's entry.
    [[nodiscard]] bool leads_out(std::string_view lane) const { return ways_out_.contains(lane); }
    // Whether a plate may be taken for the one resident's plate that it looks like.
    [[nodiscard]] bool corrects_reads() const
    {
        return access_.corrected_reads == config::CorrectedReads::unique_resident;
    }
    // Below this confidence a character is in doubt.
    [[nodiscard]] double weak_character() const { return access_.weak_character; }

private:
    config::AccessConfig access_;
    std::set<std::string, std::less<>> ways_out_;
    Calendar calendar_;
};

} // namespace gatehouse::access
