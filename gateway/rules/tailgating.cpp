#include "gateway/rules/passage_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

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
const RuleSpec tailgating{.name = "tailgating",
                          .kind = "tailgating",
                          .severity = 3,
                          .classify = classify_tailgating,
                          .sentence = tailgating_sentence,
                          .while_armed = true};

} // namespace gatehouse::rules
