#pragma once
#include "vision/plates/seen_plate.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision::plates {

enum class CheckVerdict { same, differs, not_readable };

enum class CheckReason {
    none,       // same
    no_plate,   // nothing like a plate in the picture
    not_read,   // a plate whose text cannot be a plate's, or that is too small
    unsure,     // it differs only where the picture is unsure
    character,  // differs in the characters at `positions`
    look_alike, // the same, and each may be taken for the other (0 D, 8 B ...) or is the province
    other_plate // another plate altogether
};

// What became of comparing a device's reading with its own picture. Nothing is changed by it: a human looks.
struct PlateCheck {
    CheckVerdict verdict = CheckVerdict::not_readable;
    CheckReason reason = CheckReason::no_plate;
    model::Plate picture;               // what the picture says; empty when it says nothing
    std::vector<std::size_t> positions; // where they differ, from 0
};

// `confidence_min`: of each character that differs; one frame in a hundred is read wrongly with more.
// `device`: the canonical text the device reported; empty: it read none. The plate of the picture that is
// most like it counts. total.
[[nodiscard]] PlateCheck check_plate(std::string_view device, std::span<const SeenPlate> picture,
                                     double confidence_min = 0.7);

[[nodiscard]] std::string_view to_string(CheckVerdict verdict);
[[nodiscard]] std::string_view to_string(CheckReason reason);
// "device says 沪A12345, picture says 沪A12346": for a person who may see plates, never for a log.
[[nodiscard]] std::string sentence(const PlateCheck& check, std::string_view device);

} // namespace gatehouse::vision::plates
