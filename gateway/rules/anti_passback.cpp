#include "gateway/rules/passage_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_anti_passback(const model::Event& event)
{
    return flagged(event, "anti_passback");
}

std::string anti_passback_sentence(const std::string& place, const Signal&)
{
    return place + "有同一凭证连续同向通过";
}

} // namespace

// The same plate or person passed the same way twice. An exit that nobody read looks the same, hence only
// where a site asks for it.
const RuleSpec anti_passback{.name = "anti-passback",
                             .kind = "anti_passback",
                             .severity = 4,
                             .classify = classify_anti_passback,
                             .sentence = anti_passback_sentence,
                             .enabled = false,
                             .while_armed = true};

} // namespace gatehouse::rules
