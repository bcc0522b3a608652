#include "vision/worker/abilities.hpp"

namespace gatehouse::vision {

Abilities load_abilities(const std::filesystem::path& models)
{
    Abilities abilities;
    auto plates = plates::PlateLook::load(models);
    abilities.plates = std::move(plates.look);
    abilities.models = std::move(plates.models);
    return abilities;
}

} // namespace gatehouse::vision
