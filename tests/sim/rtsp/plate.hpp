#pragma once
#include "tests/sim/canvas.hpp"

#include <string_view>

namespace gatehouse::sim::rtsp {

// The shapes of characters (vision/plates/training/glyphs.txt), embedded by the build: a line is a series, a
// character and its strokes, each a pen width and the points of its middle, in a cell of 45 x 90 millimetres.
extern const std::string_view glyph_lines;

// A number plate as GA 36 has it, two pixels a millimetre: eight signs on green, otherwise seven on blue; on
// yellow with 学 or 挂, on white with 警, on black with 使, 港 or 澳. A sign that has no shape is left out.
[[nodiscard]] Canvas draw_plate(std::string_view text);

} // namespace gatehouse::sim::rtsp
