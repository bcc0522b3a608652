#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_barrier_fault(const model::Event& event)
{
    const auto* fault = std::get_if<model::BarrierFault>(&event.body);
    if (!fault || fault->fault == "boom_off") return std::nullopt; // a rule of its own
    return lasting(fault->active, std::to_string(fault->output) + "/" + fault->fault, "");
}

std::string barrier_fault_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part.substr(0, signal.part.find('/')) + "号道闸报告故障";
}

} // namespace

// A barrier that reports a fault or an attack on its boom.
const RuleSpec barrier_fault{"barrier-fault",        "barrier_fault",       3, 0s,
                             classify_barrier_fault, barrier_fault_sentence};

} // namespace gatehouse::rules
