#pragma once
#include "vision/evidence/order.hpp"

namespace gatehouse::vision::evidence {

enum class PlateMask { none, foreign, all };

struct Masks {
    bool faces = true;
    PlateMask plates = PlateMask::all;

    bool operator==(const Masks&) const = default;
};

// What nobody sees in a picture for this purpose and recipient: the table of README.md.
[[nodiscard]] Masks masks_for(Purpose purpose, Recipient recipient);

} // namespace gatehouse::vision::evidence
