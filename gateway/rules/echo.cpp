#include "gateway/rules/passage_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_echo(const model::Event& event)
{
    return flagged(event, "echo");
}

std::string echo_sentence(const std::string& place, const Signal&)
{
    return place + "的对向相机读到同一车辆，请检查相机朝向";
}

} // namespace

// The camera of the lane beside it read a vehicle that had just passed. It opened nothing and counts once;
// the camera should be turned. Hence only where a site asks for it.
const RuleSpec echo{"echo", "echo", 4, 0s, classify_echo, echo_sentence, false};

} // namespace gatehouse::rules
