#pragma once
#include "vision/health/cells.hpp"

namespace gatehouse::vision::health {

// Something flat before the camera: a hand, a leaf, paint, a sack.
struct Cover {
    double share = 0;     // of the picture that became one flat surface
    double something = 0; // share of the picture that shows something that was not there
    cv::Rect around;      // the flat surface, in cells; empty: none
};

// The surface spreads from cells that lost their texture over flat ones beside them whose brightness is their
// neighbour's and no longer what it was: a cover over a wall and the sky counts like one over a tree. How
// bright things are now beside then is taken from the cells that stayed alike.
[[nodiscard]] Cover find_cover(const Cells& cells);

} // namespace gatehouse::vision::health
