#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_plate_differs(const model::Event& event)
{
    const auto* health = std::get_if<model::DeviceHealth>(&event.body);
    if (health == nullptr || health->what != "plate_differs" || health->ok) return std::nullopt;
    return Signal{};
}

std::string plate_differs_sentence(const std::string& place, const Signal&)
{
    return place + "识别的车牌与画面不一致，请核对";
}

} // namespace

// What a device read is not what stands in its own picture. Nothing is changed by it: a person looks.
const RuleSpec plate_differs{.name = "plate-differs",
                             .kind = "plate_differs",
                             .severity = 4,
                             .classify = classify_plate_differs,
                             .sentence = plate_differs_sentence};

} // namespace gatehouse::rules
