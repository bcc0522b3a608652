#include "gateway/rules/passage_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

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
const RuleSpec wrong_direction{"wrong-direction",        "wrong_direction",       3, 0s,
                               classify_wrong_direction, wrong_direction_sentence};

} // namespace gatehouse::rules
