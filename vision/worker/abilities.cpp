#include "vision/worker/abilities.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace gatehouse::vision {

Abilities load_abilities(const std::filesystem::path& models)
{
    Abilities abilities;
    auto plates = plates::PlateLook::load(models);
    abilities.plates = std::move(plates.look);
    abilities.models = std::move(plates.models);
    auto faces = faces::FaceFinder::load(models);
    abilities.faces = std::move(faces.finder);
    std::ranges::move(faces.models, std::back_inserter(abilities.models));
    auto annotation = evidence::Annotation::load();
    ModelState font{.name = "font", .file = {}, .sha256 = {}, .ready = annotation.has_value(), .why = {}};
    if (annotation)
        abilities.evidence = evidence::EvidenceMaker(std::move(*annotation));
    else
        font.why = "no font for Chinese text is installed (fonts-wqy-microhei or fonts-noto-cjk)";
    abilities.models.push_back(std::move(font));
    return abilities;
}

} // namespace gatehouse::vision
