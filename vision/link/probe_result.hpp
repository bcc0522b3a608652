#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/model/event.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision {

// What the daemon wants of the answer to the question `probe` (README.md).
struct ProbeResult {
    double mean = 0; // grey levels 0 to 255
    double contrast = 0;
    double sharpness = 0;             // percent of what is normal here; 0: still learning
    std::vector<model::Plate> plates; // that can be read in the picture of now
    int plate_width = 0;              // of the largest that was found, px
    std::vector<std::string> active;  // states
};

// Errors: bad_input. total.
[[nodiscard]] base::Result<ProbeResult> parse_probe(std::string_view text);

} // namespace gatehouse::vision
