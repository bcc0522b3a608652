#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::model {

// What the gateway (or the device) decided about a person or vehicle, and every reason for it.
struct Decision {
    enum class Result { none, open, refuse };
    Result result = Result::none;
    std::string rule; // resident-list | deny-list | not-listed | expired | not-yet-valid | device | ...
    std::vector<std::string> reasons;       // plain sentences, most important first
    std::optional<std::int64_t> latency_ms; // read to command on the wire, when a gate was opened
    std::string instruction{}; // what the list that keeps out tells the guard to do; may be empty
};

} // namespace gatehouse::model
