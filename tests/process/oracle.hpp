#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::proof {

using RecordKey = std::pair<std::string, std::string>; // device, the device's own record number

// One command that reached a device.
struct WireCommand {
    std::string device;
    std::string output;
    std::string action;
    std::int64_t wall_ns = 0;
    bool moved = false; // the device did it
};

// What truly happened, as the simulated estate wrote it down.
struct Truth {
    std::set<RecordKey> created;             // with a key the gateway can know
    std::set<RecordKey> acked;               // the gateway answered 200
    std::map<RecordKey, std::string> in_log; // those that the device's own log calls by another name
    std::vector<WireCommand> commands;
};

[[nodiscard]] Truth read_truth(const std::string& file);

} // namespace gatehouse::proof
