#include "gateway/rules/command_signal.hpp"
#include "gateway/rules/order_rule.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_command_unconfirmed(const model::Event& event)
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

class CommandUnconfirmed final : public OrderRule {
public:
    using OrderRule::OrderRule;

private:
    std::vector<Finding> judge(const model::Entry& entry) override
    {
        auto signal = classify_command_unconfirmed(entry.event);
        if (!signal) return {};
        const auto* done = std::get_if<model::CommandDone>(&entry.event.body);
        const bool told = done != nullptr && is_barrier(done->command.action) &&
                          positions_.find(done->command.device, done->command.output) != nullptr;
        if (told && signal->kind == Signal::Kind::begins) return {}; // barrier-stuck looks after it
        return conditions_.take(entry, std::move(*signal));
    }
    static bool is_barrier(model::Action action)
    {
        return action == model::Action::barrier_open || action == model::Action::barrier_close;
    }
};

std::unique_ptr<Rule> make_command_unconfirmed(const RuleSpec& spec, const Site& site, base::Metrics& metrics)
{
    return std::make_unique<CommandUnconfirmed>(spec, site, metrics);
}

std::string command_unconfirmed_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号输出" + signal.why + "后未得到动作确认";
}

} // namespace

// An order that the device accepted and that nothing has confirmed: neither the driver nor a movement of the
// gate (pains 40). Barriers that tell their position are barrier-stuck's; sites whose doors and barriers tell
// nothing switch this one off.
const RuleSpec command_unconfirmed{.name = "command-unconfirmed",
                                   .kind = "command_unconfirmed",
                                   .severity = 4,
                                   .after = 10s,
                                   .classify = classify_command_unconfirmed,
                                   .sentence = command_unconfirmed_sentence,
                                   .make = make_command_unconfirmed};

} // namespace gatehouse::rules
