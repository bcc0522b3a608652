#include "gateway/command/command_service.hpp"

namespace gatehouse::command {
namespace {

using model::Action;
using model::Outcome;

// Which commands leave an event: those that do something at a device. A ping or a log level only leaves an
// audit line.
bool leaves_event(Action action)
{
    return action != Action::ping && action != Action::log_level && action != Action::alert_ack;
}

// Plates live in their list, and nowhere for as long as orders are kept.
model::Command without_entries(model::Command command)
{
    if (command.action == Action::list_push) command.args.erase("entries");
    return command;
}

std::string actor_of(const model::Command& command)
{
    if (command.operator_name.empty()) return command.origin;
    return command.origin.empty() ? command.operator_name
                                  : command.operator_name + " (" + command.origin + ")";
}

} // namespace

Outcome CommandService::outcome_of(model::Status status, std::string code, std::string text) const
{
    return Outcome{.status = status,
                   .code = std::move(code),
                   .text = std::move(text),
                   .took_ms = -1,
                   .at = ports_.clock.wall()};
}

// The outcome, what upstream hears of it and who gave the order: one transaction.
store::Change CommandService::outcome_change(const model::Command& command, const Outcome& outcome)
{
    store::Change change;
    change.commands.push_back({without_entries(command), outcome});
    change.audit.push_back(audit_of(command, outcome));
    if (!leaves_event(command.action)) return change;
    model::Event event;
    event.id = ports_.ids.next();
    event.device = command.device.empty() ? "gateway" : command.device;
    event.device_key = "command/" + command.id; // one end per command, also when a crash repeats this change
    event.device_record = command.id;
    event.lane = command.lane;
    event.occurred_at = outcome.at;
    event.received_at = ports_.clock.wall();
    event.clock_quality = ports_.clock_quality ? ports_.clock_quality() : model::ClockQuality::synced;
    event.body = model::CommandDone{command, outcome};
    change.events.push_back(std::move(event));
    return change;
}

store::AuditRecord CommandService::audit_of(const model::Command& command, const Outcome& outcome) const
{
    store::AuditRecord record;
    record.at = ports_.clock.wall();
    record.actor = actor_of(command);
    record.action = model::to_string(command.action);
    record.target = command.lane.empty() ? command.device : command.lane;
    record.detail = command.reason.empty() ? command.id : command.id + ": " + command.reason;
    record.result = model::to_string(outcome.status);
    if (!outcome.code.empty()) record.result += " " + outcome.code;
    return record;
}

} // namespace gatehouse::command
