#pragma once
#include "gateway/config/site.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::rules {

// The name by which the guard knows a device at a lane (either may be empty).
using Place = std::function<std::string(const std::string& device, const std::string& lane)>;

// A barrier as commands and movements name it: device and number there.
using Output = std::pair<std::string, int>;

// What rules may ask about the configured site; the app fills it. Answers are those of now, so a reload needs
// no word to the rules. An empty function knows nothing.
struct Site {
    Place place;
    std::function<std::string(const std::string& device)>
        kind_of{}; // face | plate | barrier | camera | controller
    std::function<std::optional<Output>(const std::string& lane)> barrier_of{};
    std::vector<config::WelfareConfig> welfare{};
};

} // namespace gatehouse::rules
