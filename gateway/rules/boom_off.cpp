#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_boom_off(const model::Event& event)
{
    const auto* fault = std::get_if<model::BarrierFault>(&event.body);
    if (fault == nullptr || fault->fault != "boom_off") return std::nullopt;
    return lasting(fault->active, std::to_string(fault->output), "");
}

std::string boom_off_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号道闸闸杆脱落";
}

} // namespace

// The boom is off: driven through or torn away, and the entrance stands open.
const RuleSpec boom_off{"boom-off", "boom_off", 3, 0s, classify_boom_off, boom_off_sentence};

} // namespace gatehouse::rules
