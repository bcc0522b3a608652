#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/model/event.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision {

// The answer to the question `probe` (README.md).
struct ProbeResult {
    model::LinkState state = model::LinkState::unknown;
    std::string reason;
    std::string why;
    std::string source;
    std::string codec;
    int width = 0;
    int height = 0;
    double frame_rate = 0;
    std::int64_t taken_at = 0; // ms; 0: no picture yet
    double mean = 0;           // grey levels 0 to 255
    double contrast = 0;
    double sharpness = 0; // percent of what is normal here; 0: still learning
    int plates = 0;       // in the picture of now
    int plate_width = 0;  // of the largest, px
    std::vector<std::string> active;

    // Nothing will change by waiting a little longer.
    [[nodiscard]] bool settled() const
    {
        return (state == model::LinkState::up && taken_at != 0) || state == model::LinkState::down;
    }
};

[[nodiscard]] std::string to_json(const ProbeResult& result);
// Errors: bad_input. total.
[[nodiscard]] base::Result<ProbeResult> parse_probe(std::string_view text);

} // namespace gatehouse::vision
