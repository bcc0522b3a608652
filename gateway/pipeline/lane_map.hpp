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

    // The lane the device reads for; what a barrier does belongs to the one lane it closes. Null: none.
    [[nodiscard]] const config::LaneConfig* find(const std::string& device, const model::Body& body) const;

private:
    const std::vector<config::LaneConfig> lanes_;
    std::map<std::string, const config::LaneConfig*, std::less<>> by_reader_;
    std::map<std::pair<std::string, int>, const config::LaneConfig*>
        by_barrier_; // null: several lanes share it
};

} // namespace gatehouse::pipeline
