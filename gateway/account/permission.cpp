#include "gateway/account/permission.hpp"

#include <array>

namespace gatehouse::account {
namespace {

using namespace std::string_view_literals;

// In the order of the enumerators.
constexpr std::array permission_words{
    "status.read"sv, "event.read"sv,      "history.read"sv,   "picture.read"sv, "person.read"sv,
    "alert.read"sv,  "alert.write"sv,     "gate.open"sv,      "fire.clear"sv,   "list.read"sv,
    "list.write"sv,  "list.export"sv,     "device.manage"sv,  "config.read"sv,  "config.write"sv,
    "report.read"sv, "audit.read"sv,      "account.manage"sv, "backup"sv,       "metrics.read"sv,
    "notify.read"sv, "acceptance.write"sv};
static_assert(permission_words.size() == permission_count);
static_assert(permission_count <= 32, "a set of permissions is 32 bits");

} // namespace

std::string_view to_string(Permission permission)
{
    return permission_words.at(static_cast<std::size_t>(permission));
}

bool parse(std::string_view word, Permission& permission)
{
    for (std::size_t i = 0; i < permission_words.size(); ++i) {
        if (permission_words[i] != word) continue;
        permission = static_cast<Permission>(i);
        return true;
    }
    return false;
}

std::vector<Permission> Permissions::members() const
{
    std::vector<Permission> found;
    for (std::size_t i = 0; i < permission_count; ++i)
        if (has(static_cast<Permission>(i))) found.push_back(static_cast<Permission>(i));
    return found;
}

Permissions permissions_of(Role role)
{
    using enum Permission;
    switch (role) {
    case Role::admin: return Permissions::all();
    case Role::manager:
        return {status_read, event_read,  history_read, picture_read, person_read,     alert_read,
                alert_write, gate_open,   fire_clear,   list_read,    list_write,      list_export,
                config_read, report_read, audit_read,   notify_read,  acceptance_write};
    case Role::guard:
        return {status_read, event_read, picture_read, person_read, alert_read, alert_write, gate_open};
    case Role::maintainer:
        return {status_read, event_read,  device_manage, config_read, config_write,
                alert_read,  alert_write, metrics_read,  notify_read, acceptance_write};
    case Role::committee: return {status_read, report_read};
    case Role::neighbourhood: return {status_read, alert_read, alert_write, report_read};
    case Role::centre: return {status_read, event_read, alert_read, alert_write, report_read, gate_open};
    case Role::police: return {status_read, event_read, history_read, picture_read, person_read};
    }
    return {};
}

} // namespace gatehouse::account
