#pragma once
#include "gateway/config/site.hpp"
#include "gateway/model/event.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::pipeline {

// Which lane an event belongs to, by the device that saw it. owns: a copy of the configured lanes.
class LaneMap {
public:
    explicit LaneMap(std::vector<config::LaneConfig> lanes);
    LaneMap(const LaneMap&) = delete;
    LaneMap& operator=(const LaneMap&) = delete;

    // The lane the device reads for; what a barrier, a door or a loop does belongs to the one lane that names
    // it. Null: none.
    [[nodiscard]] const config::LaneConfig* find(const std::string& device, const model::Body& body) const;
    // loop_entry | loop_safety | empty: what the input is to the lane found for it.
    [[nodiscard]] static std::string_view role(const config::LaneConfig& lane, const std::string& device,
                                               int input);

private:
    const std::vector<config::LaneConfig> lanes_;
    std::map<std::string, const config::LaneConfig*, std::less<>> by_reader_;
    using Places = std::map<std::pair<std::string, int>, const config::LaneConfig*>;
    Places by_barrier_; // null: several lanes share it
    Places by_loop_;    // the same
};

} // namespace gatehouse::pipeline
