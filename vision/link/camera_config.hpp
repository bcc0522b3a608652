#pragma once
#include "gateway/config/table.hpp"
#include "vision/link/messages.hpp"

namespace gatehouse::vision {

// What a device's own table says of looking at its pictures; the same keys in every device language that has
// them (README.md).
struct CameraConfig {
    Wants wants{.health = false, .plates = false, .faces = false};
    HealthOptions health;
    PlateOptions plates;
    std::vector<Zone> zones;

    [[nodiscard]] bool wanted() const
    {
        return wants.health || wants.plates || wants.faces || !zones.empty();
    }
};

// Reads vision, sensitivity, states, plate_region, plate_masks, plate_confidence and [[device.zone]].
// `usual`: what is looked for when the table does not say. Wrong values are reported through the table.
[[nodiscard]] CameraConfig read_camera(config::Table& table, const Wants& usual);

// "0.1,0.5 0.9,0.5 0.9,1": corners as in the points of an SVG polygon, relative to the picture. Nothing when
// it is no polygon of 3 to 32 points within it.
[[nodiscard]] std::optional<Polygon> parse_polygon(std::string_view text);

} // namespace gatehouse::vision
