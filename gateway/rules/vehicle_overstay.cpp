#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

// Residents may stay. The plate only tells one visitor from another; it is in no sentence.
std::optional<Signal> classify_vehicle_overstay(const model::Event& event)
{
    const auto* passage = std::get_if<model::Passage>(&event.body);
    if (passage == nullptr || !passage->vehicle || passage->plate.text.empty()) return std::nullopt;
    if (passage->state != model::PassageState::passed) return std::nullopt;
    const bool visitor = event.decision && event.decision->rule == "visitor-list";
    const bool comes = event.direction == model::Direction::in && visitor;
    if (!comes && event.direction != model::Direction::out) return std::nullopt;
    auto signal = lasting(comes, passage->plate.text, "");
    signal->device = "gateway"; // it leaves by another lane than it came
    return signal;
}

std::string vehicle_overstay_sentence(const std::string&, const Signal&)
{
    return "有访客车辆超时停留未离开";
}

} // namespace

// A visitor's vehicle that is still in the estate after three days.
const RuleSpec vehicle_overstay{"vehicle-overstay",        "vehicle_overstay",       4, 72h,
                                classify_vehicle_overstay, vehicle_overstay_sentence};

} // namespace gatehouse::rules
