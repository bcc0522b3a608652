#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

// At a door somebody opens from within, by hand, all day.
std::optional<Signal> classify_manual_opening(const model::Event& event)
{
    const auto* passage = std::get_if<model::Passage>(&event.body);
    if (passage == nullptr || !passage->vehicle) return std::nullopt;
    if (!passage->has("manual") || !passage->has("no_read")) return std::nullopt;
    return Signal{};
}

std::string manual_opening_sentence(const std::string& place, const Signal&)
{
    return place + "在没有识别到车辆时被人工开闸";
}

} // namespace

// A barrier that somebody opened, by order or by hand, although no camera had read a vehicle.
const RuleSpec manual_opening{.name = "manual-opening",
                              .kind = "manual_opening",
                              .severity = 4,
                              .classify = classify_manual_opening,
                              .sentence = manual_opening_sentence,
                              .while_armed = true};

} // namespace gatehouse::rules
