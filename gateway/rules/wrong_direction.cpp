#include "gateway/rules/passage_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_wrong_direction(const model::Event& event)
{
    return flagged(event, "wrong_direction");
}

std::string wrong_direction_sentence(const std::string& place, const Signal&)
{
    return place + "有车辆逆行";
}

} // namespace

// A vehicle that drove through a lane against its direction.
const RuleSpec wrong_direction{.name = "wrong-direction",
                               .kind = "wrong_direction",
                               .severity = 3,
                               .classify = classify_wrong_direction,
                               .sentence = wrong_direction_sentence,
                               .while_armed = true};

} // namespace gatehouse::rules
