#include "gateway/rules/passage_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_convoy(const model::Event& event)
{
    return flagged(event, "convoy");
}

std::string convoy_sentence(const std::string& place, const Signal&)
{
    return place + "一次开闸连续通过多辆车";
}

} // namespace

// Several vehicles through one opening, all of them allowed. Usual at rush hours, hence only where a site
// asks for it.
const RuleSpec convoy{.name = "convoy",
                      .kind = "convoy",
                      .severity = 4,
                      .classify = classify_convoy,
                      .sentence = convoy_sentence,
                      .enabled = false,
                      .while_armed = true};

} // namespace gatehouse::rules
