#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_barrier_left_open(const model::Event& event)
{
    const auto* moved = std::get_if<model::BarrierMoved>(&event.body);
    if (!moved || moved->position == model::BarrierPosition::unknown) return std::nullopt;
    return lasting(moved->position == model::BarrierPosition::open, std::to_string(moved->output), "");
}

std::string barrier_left_open_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号道闸未落杆";
}

} // namespace

// A barrier that stays up: anybody may drive in.
const RuleSpec barrier_left_open{.name = "barrier-left-open",
                                 .kind = "barrier_left_open",
                                 .severity = 3,
                                 .after = 60s,
                                 .classify = classify_barrier_left_open,
                                 .sentence = barrier_left_open_sentence,
                                 .while_armed = true};

} // namespace gatehouse::rules
