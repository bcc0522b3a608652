#pragma once
#include "gateway/base/clock.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::sim {

// What the cameras of a simulated estate see, drawn as JPEG for people who look at its console: some 20 kB.
// `at` is the camera's own local time: it stands in the picture, and it is dark at night.
using Jpeg = std::shared_ptr<const std::string>;

// Eight signs on green instead of seven on blue.
[[nodiscard]] bool is_electric(std::string_view plate);

// A gate with the car that has this plate; without a plate nobody is there.
[[nodiscard]] Jpeg gate_view(std::string_view plate, base::WallTime at);
// The number plate alone.
[[nodiscard]] Jpeg plate_view(std::string_view plate);
// A door with somebody in front of it, or nobody. No likeness of anybody: a shape of one colour for each
// `who`.
[[nodiscard]] Jpeg door_view(std::string_view who, bool somebody, base::WallTime at);
// A yard between houses, with somebody who walks there.
[[nodiscard]] Jpeg yard_view(bool somebody, base::WallTime at);

} // namespace gatehouse::sim
