#include "gateway/model/command.hpp"

#include <array>
#include <utility>

namespace gatehouse::model {
namespace {

constexpr std::array<std::pair<Action, std::string_view>, 12> actions{{
    {Action::barrier_open, "barrier-open"},
    {Action::barrier_close, "barrier-close"},
    {Action::door_open, "door-open"},
    {Action::door_close, "door-close"},
    {Action::alert_ack, "alert-ack"},
    {Action::device_sync, "device-sync"},
    {Action::list_push, "list-push"},
    {Action::snapshot, "snapshot"},
    {Action::arm, "arm"},
    {Action::disarm, "disarm"},
    {Action::ping, "ping"},
    {Action::log_level, "log-level"},
}};

constexpr std::array<std::pair<Status, std::string_view>, 7> statuses{{
    {Status::confirmed, "confirmed"},
    {Status::accepted, "accepted"},
    {Status::failed, "failed"},
    {Status::rejected, "rejected"},
    {Status::expired, "expired"},
    {Status::duplicate, "duplicate"},
    {Status::unknown, "unknown"},
}};

template <class Table, class Value>
std::string_view text_of(const Table& table, Value value)
{
    for (const auto& [key, text] : table)
        if (key == value) return text;
    return {};
}

template <class Table, class Value>
bool find(const Table& table, std::string_view wanted, Value& value)
{
    for (const auto& [key, text] : table) {
        if (text != wanted) continue;
        value = key;
        return true;
    }
    return false;
}

} // namespace

Command::Command() = default;
Command::Command(const Command& other) = default;
Command::Command(Command&& other) noexcept = default;
Command& Command::operator=(const Command& other) = default;
Command& Command::operator=(Command&& other) noexcept = default;
Command::~Command() = default;

std::string_view to_string(Action action)
{
    return text_of(actions, action);
}

bool parse_action(std::string_view text, Action& action)
{
    return find(actions, text, action);
}

bool moves_metal(Action action)
{
    return action == Action::barrier_open || action == Action::barrier_close || action == Action::door_open ||
           action == Action::door_close;
}

std::string_view to_string(Status status)
{
    return text_of(statuses, status);
}

bool parse_status(std::string_view text, Status& status)
{
    return find(statuses, text, status);
}

} // namespace gatehouse::model
