#include "gateway/rules/command_signal.hpp"

namespace gatehouse::rules {
namespace {

std::string action_text(model::Action action)
{
    switch (action) {
    case model::Action::barrier_open: return "开闸";
    case model::Action::barrier_close: return "关闸";
    case model::Action::door_open: return "开门";
    case model::Action::door_close: return "关门";
    default: return "操作";
    }
}

} // namespace

Signal command_signal(const model::CommandDone& done)
{
    Signal signal;
    signal.part = std::to_string(done.command.output);
    signal.why = action_text(done.command.action);
    signal.device = done.command.device;
    signal.lane = done.command.lane;
    return signal;
}

} // namespace gatehouse::rules
