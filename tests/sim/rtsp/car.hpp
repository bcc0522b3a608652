#pragma once
#include "tests/sim/canvas.hpp"

#include <string_view>

namespace gatehouse::sim::rtsp {

// Where there is no car in a picture of one.
inline constexpr Colour nothing{255, 0, 255};

// A car from the front, 1000 pixels wide, its plate readable; by night as infrared light shows it.
[[nodiscard]] Canvas draw_car(std::string_view plate, bool night);

} // namespace gatehouse::sim::rtsp
