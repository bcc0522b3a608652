#pragma once
#include "gateway/notify/channel.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::notify {

// What decides who is called.
struct Occasion {
    int severity = 3;
    std::string kind;
    Stage stage = Stage::raised;
    std::vector<std::string> roles; // for whom it is
};

// What an alert's transition tells to staff, by the word of its new state; nothing: staff is not told of it.
struct News {
    Stage stage = Stage::raised;
    // A person closed it: over, but only worth a message as long as its beginning has not been told.
    bool only_if_waiting = false;
};
[[nodiscard]] std::optional<News> news_of(const model::Alert& alert);

// Who is called first for a severity (staff-notify.md §6).
[[nodiscard]] std::vector<std::string> first_roles(int severity);
// Whom news of this alert concerns: an escalation whom it went to, its end all who have heard of it.
[[nodiscard]] std::vector<std::string> roles_of(const model::Alert& alert, Stage stage);

// Whether a channel is for this, for which of the roles, and if not, why not.
struct Match {
    bool called = false;
    std::string why;
    std::vector<std::string> roles;
};
[[nodiscard]] Match match(const config::NotifyConfig& channel, const Occasion& occasion);

// Who is on duty for any of the roles, in the roster's order, each person once.
[[nodiscard]] std::vector<config::DutyPerson> on_duty(const std::vector<config::RosterConfig>& rosters,
                                                      const std::vector<std::string>& roles,
                                                      base::WallTime at, std::chrono::minutes utc_offset);

// Until when a message waits: severity 3 and 4 through the channel's quiet hours, severity 4 also outside the
// hours of maintenance (§6). Nothing: it need not wait. 1 and 2 never do.
[[nodiscard]] std::optional<base::WallTime> held_until(const config::NotifyConfig& channel, int severity,
                                                       base::WallTime at, std::chrono::minutes utc_offset);

} // namespace gatehouse::notify
