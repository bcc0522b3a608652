#pragma once
#include "gateway/config/site.hpp"
#include "gateway/device/find_method.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::device {

// A device that a search found, and what the configuration has to do with it.
struct Finding {
    Found found;
    std::string method;     // "SADP"
    std::string interface;  // "eth1"
    std::string configured; // id of the device of the configuration that this is; empty: not configured
    std::string clash;      // one plain sentence when its address is also somebody else's
    std::string block; // a [[device]] table to copy; empty when configured or when none speaks its language
};

struct SearchReport {
    std::vector<Finding> findings;
    std::vector<std::string> flaws; // what could not be asked, and why: "SADP on eth1: address in use"
};

// Compares what was found with what is configured. `serials`: by device id, what the devices said of
// themselves. Identity is the serial number where both sides know one, else the address.
void judge(std::vector<Finding>& findings, const std::vector<config::DeviceConfig>& configured,
           const std::map<std::string, std::string>& serials);

} // namespace gatehouse::device
