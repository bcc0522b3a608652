#pragma once
#include "vision/plates/seen_plate.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace gatehouse::vision::plates {

// The colours of the reader's second output, in its order (vision/plates/training/plates.py, COLOURS).
inline constexpr std::array<std::string_view, 5> colours{"blue", "green", "yellow", "white", "black"};
using ColourShares = std::array<double, colours.size()>; // sum 1

// What the reader means, of the texts it considered. Ranked by the text's probability and by whether a plate
// of that kind has that colour (GA 36: police white, new energy green ...); the best that can be a plate is
// the text. Nothing is invented: a text that the network did not see is no candidate, and where the network
// saw something else that cannot be a plate, the characters that differ from it are weak.
[[nodiscard]] Reading rank(std::vector<Candidate> texts, const ColourShares& shares);

// Of one winner among candidates whose probabilities may sum to less than 1: for each character how much of
// the belief agrees with it. Of a text of another length those count that stand before and behind what is
// different.
[[nodiscard]] std::vector<double> agreement(std::string_view winner, std::span<const Candidate> candidates);

} // namespace gatehouse::vision::plates
