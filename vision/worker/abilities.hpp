#pragma once
#include "vision/evidence/evidence_maker.hpp"
#include "vision/faces/face_finder.hpp"
#include "vision/link/messages.hpp"
#include "vision/plates/plate_look.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace gatehouse::vision {

// What this worker can look for: one set of networks for all cameras. Analysis thread only, once loaded. An
// ability whose file is missing or damaged is absent, with a sentence in `models`; the others go on.
struct Abilities {
    std::optional<plates::PlateLook> plates;
    std::optional<faces::FaceFinder> faces;
    evidence::EvidenceMaker evidence;
    std::vector<ModelState> models;
};

// Loads and warms up all there is below the folder. Blocks for about a second.
[[nodiscard]] Abilities load_abilities(const std::filesystem::path& models);

} // namespace gatehouse::vision
