#pragma once
#include "gateway/model/event.hpp"
#include "gateway/model/plate_grammar.hpp"

#include <opencv2/core/types.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::vision::plates {

// The corners of a plate in pixels of the picture: top left, top right, bottom right, bottom left as the
// plate itself has them.
using Corners = std::array<cv::Point2f, 4>;

// A place that looks like a plate.
struct LocatedPlate {
    Corners corners{};
    double score = 0; // 0..1, how much the detector believes in it
    int rows = 1;     // of characters
};

// A text that the reader considered, canonical, with its share of the belief.
struct Candidate {
    std::string text;
    double probability = 0;
    std::optional<model::PlateKind> kind; // empty: no plate looks like that
};

// What the reader made of one plate.
struct Reading {
    // text: the best candidate that can be a plate; empty when there is none. characters: for each, how much
    // of the belief agrees with it; confidence: the weakest of them (pains 36).
    model::Plate plate;
    std::vector<Candidate> candidates; // the best first, also those that cannot be plates; bounded
};

// A plate in a picture. Unread when it is too small or nothing that can be a plate stands on it.
struct SeenPlate {
    LocatedPlate located;
    Reading reading;

    // The weaker of detector and weakest character: what thresholds are compared with.
    [[nodiscard]] double confidence() const { return std::min(located.score, reading.plate.confidence); }
};

[[nodiscard]] cv::Rect2f box_of(const Corners& corners);
// The mean of the upper and the lower edge, px.
[[nodiscard]] float width_of(const Corners& corners);
[[nodiscard]] cv::Point2f centre_of(const Corners& corners);

} // namespace gatehouse::vision::plates
