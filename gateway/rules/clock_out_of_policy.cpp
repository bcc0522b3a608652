#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_clock_out_of_policy(const model::Event& event)
{
    const auto* clock = std::get_if<model::DeviceClock>(&event.body);
    if (!clock) return std::nullopt;
    return lasting(!clock->trusted, "", std::to_string(clock->offset_ms / 1000));
}

std::string clock_out_of_policy_sentence(const std::string& place, const Signal& signal)
{
    return place + "时钟偏差" + signal.why + "秒，超出允许范围";
}

} // namespace

// A device whose clock is too wrong for its times to be believed (pains 16).
const RuleSpec clock_out_of_policy{"clock-out-of-policy",        "clock_out_of_policy",       4, 0s,
                                   classify_clock_out_of_policy, clock_out_of_policy_sentence};

} // namespace gatehouse::rules
