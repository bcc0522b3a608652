#include "gateway/rules/passage_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_tailgating(const model::Event& event)
{
    return flagged(event, "tailgating");
}

std::string tailgating_sentence(const std::string& place, const Signal&)
{
    return place + "有车辆尾随通过";
}

} // namespace

// A vehicle that was not let in came through behind one that was.
const RuleSpec tailgating{"tailgating", "tailgating", 3, 0s, classify_tailgating, tailgating_sentence};

} // namespace gatehouse::rules
