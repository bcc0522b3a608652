#include "gateway/rules/rule_list.hpp"
#include "gateway/rules/stranger.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::string several_sentence(const std::string&, const Signal&)
{
    return "短时间内多个门口出现未识别人员";
}

} // namespace

// Strangers at several doors within a short time. Nobody can tell whether it was one: at the hour of visitors
// it is not, so a site names the rule before it speaks.
const RuleSpec stranger_at_several_doors{.name = "stranger-at-several-doors",
                                         .kind = "stranger_at_several_doors",
                                         .severity = 3,
                                         .classify = stranger,
                                         .sentence = several_sentence,
                                         .enabled = false,
                                         .often = {3, 5min, true}};

} // namespace gatehouse::rules
