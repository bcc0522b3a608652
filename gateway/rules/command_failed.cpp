#include "gateway/rules/command_signal.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_command_failed(const model::Event& event)
{
    const auto* done = std::get_if<model::CommandDone>(&event.body);
    if (!done || !model::moves_metal(done->command.action)) return std::nullopt;
    auto signal = command_signal(*done);
    switch (done->outcome.status) {
    case model::Status::failed:
    case model::Status::unknown:
    case model::Status::expired: signal.kind = Signal::Kind::happens; return signal;
    case model::Status::confirmed: signal.kind = Signal::Kind::ends; return signal;
    case model::Status::rejected:
        // Whoever gave an order hears of its refusal; an opening that access decided on has nobody who does.
        if (done->command.origin != "access") return std::nullopt;
        signal.kind = Signal::Kind::happens;
        return signal;
    default: return std::nullopt; // refused before anything was sent, or not known to have moved
    }
}

std::string command_failed_sentence(const std::string& place, const Signal& signal)
{
    return place + "的" + signal.part + "号输出" + signal.why + "未成功";
}

} // namespace

// An order to a gate or door that was given and did not come about. The next one that does clears it.
const RuleSpec command_failed{"command-failed",        "command_failed",       3, 0s,
                              classify_command_failed, command_failed_sentence};

} // namespace gatehouse::rules
