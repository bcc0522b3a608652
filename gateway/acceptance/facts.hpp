#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/config/site.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::acceptance {

// What the gateway knows of one device.
struct DeviceFact {
    std::string id{};
    std::string name{};
    std::string kind{};
    bool up = false;
    std::string why{}; // not up
    std::string model{};
    std::string firmware{};
    std::optional<std::int64_t> clock_offset_ms{};
    std::optional<bool> lists_in_step{}; // nothing: it keeps none for us
    std::optional<double> on_line{};     // share of the last thirty days, or since we know it
};

// The newest live passage that a lane has seen.
struct PassageFact {
    std::string event{}; // its id
    std::optional<std::int64_t> read_to_act_ms{};
    std::int64_t capture_to_gateway_ms = 0;
    std::optional<bool> upstream{}; // every upstream has it; nothing: there is none
};

struct UpstreamFact {
    std::string name{};
    bool up = false;
    std::int64_t backlog = 0;
    std::chrono::milliseconds longest_outage{0}; // of those that have ended since the day before the run
};

// All that automatic checks look at; the app gathers it.
struct Facts {
    std::vector<DeviceFact> devices{}; // those that are enabled
    std::vector<config::LaneConfig> lanes{};
    std::map<std::string, PassageFact> passages{}; // by lane
    std::vector<UpstreamFact> upstreams{};
    config::RetentionConfig retention;
    bool fire_inputs = false;
    bool audit_whole = false;
    std::int64_t audit_rows = 0;
    bool clock_synced = false;
    std::int64_t entries_lost = 0; // that the journal says are missing
};

} // namespace gatehouse::acceptance
