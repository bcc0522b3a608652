#include "gateway/rules/command_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify(const model::Event& event)
{
    if (const auto* moved = std::get_if<model::BarrierMoved>(&event.body))
        return lasting(false, std::to_string(moved->output), "");
    if (const auto* door = std::get_if<model::DoorState>(&event.body))
        return lasting(false, std::to_string(door->door), "");
    const auto* done = std::get_if<model::CommandDone>(&event.body);
    if (!done || !model::moves_metal(done->command.action)) return std::nullopt;
    auto signal = command_signal(*done);
    switch (done->outcome.status) {
    case model::Status::accepted: signal.kind = Signal::Kind::begins; return signal;
    case model::Status::confirmed: signal.kind = Signal::Kind::ends; return signal;
    default: return std::nullopt;
    }
}

std::string sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号输出" + signal.why + "后未得到动作确认";
}

} // namespace

// An order that the device accepted and that nothing has confirmed: neither the driver nor a movement of the
// gate (pains 40). Sites whose barriers report no position switch it off.
const RuleSpec command_unconfirmed{"command-unconfirmed", "command_unconfirmed", 4, 10s, classify, sentence};

} // namespace gatehouse::rules
