#pragma once
#include "tests/sim/canvas.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::sim::rtsp {

// What is wrong with what a camera shows. What is wrong with how it sends it is a mood or a habit of the
// camera.
enum class Sight {
    clear,
    frozen, // one picture for ever, and packets go on
    black,
    blurred,
    covered, // `share` per cent of the picture
    moved,   // by so many per cent of the width
    over_exposed,
    low_contrast,
    colour_cast,
    noisy,
    striped,
};

struct Fault {
    Sight sight = Sight::clear;
    int share = 0;
    bool operator==(const Fault&) const = default;
};

// "blur", "cover 40": the words of the control channel; "off" is a clear sight. Nothing for any other text.
[[nodiscard]] std::optional<Fault> parse_fault(std::string_view word, std::string_view share);

// Does to the picture what the fault does; `seed` names the noise of this frame.
void spoil(Canvas& picture, const Fault& fault, std::uint64_t seed);

} // namespace gatehouse::sim::rtsp
