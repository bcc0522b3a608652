#pragma once
#include <functional>
#include <string>

namespace gatehouse::rules {

// The name by which the guard knows a device at a lane (either may be empty).
using Place = std::function<std::string(const std::string& device, const std::string& lane)>;

// What rules may ask about the configured site; the app fills it. Answers are those of now, so a reload needs
// no word to the rules. An empty function knows nothing.
struct Site {
    Place place;
    std::function<std::string(const std::string& device)>
        kind_of; // face | plate | barrier | camera | controller
};

} // namespace gatehouse::rules
