#include "gateway/notify/routing.hpp"

#include <gtest/gtest.h>

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::minutes shanghai{480};

// Of the site, on Monday, 5 January 2026.
base::WallTime monday(std::chrono::minutes of_day)
{
    return base::WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 5)) - shanghai + of_day;
}

TEST(Routing, CallsFirstWhomTheTableOfSeveritiesNames)
{
    EXPECT_EQ(first_roles(1), (std::vector<std::string>{"guard", "centre"}));
    EXPECT_EQ(first_roles(2), std::vector<std::string>{"guard"});
    EXPECT_EQ(first_roles(3), std::vector<std::string>{"guard"});
    EXPECT_EQ(first_roles(4), std::vector<std::string>{"maintenance"});
}

TEST(Routing, SaysWhyAChannelIsNotForAnAlert)
{
    config::NotifyConfig channel;
    Occasion occasion{.severity = 3, .kind = "door_forced", .stage = Stage::raised, .roles = {"guard"}};
    EXPECT_TRUE(match(channel, occasion).called); // a channel that names nothing takes everything
    channel.roles = {"manager", "duty"};
    EXPECT_EQ(match(channel, occasion).why, "it is not for guard");
    channel.roles = {"guard", "manager"};
    EXPECT_EQ(match(channel, occasion).roles, std::vector<std::string>{"guard"});
    channel.severities = {1, 2};
    EXPECT_EQ(match(channel, occasion).why, "it does not take severity 3");
    channel.severities = {3};
    channel.kinds = {"duress"};
    EXPECT_EQ(match(channel, occasion).why, "it does not take door_forced");
    channel.kinds.clear();
    channel.states = {"cleared"};
    EXPECT_EQ(match(channel, occasion).why, "it does not take what is raised");
}

TEST(Routing, FindsWhoIsOnDutyAlsoPastMidnight)
{
    config::RosterConfig day{
        .role = "guard", .weekdays = {}, .hours = {7h, 19h}, .people = {{"甲", "1", ""}}};
    day.weekdays.fill(true);
    config::RosterConfig night{
        .role = "guard", .weekdays = {}, .hours = {19h, 7h}, .people = {{"乙", "2", ""}}};
    night.weekdays[0] = true; // the night that begins on Monday
    const std::vector<config::RosterConfig> rosters{day, night};
    const auto name_at = [&](std::chrono::minutes of_day) {
        const auto people = on_duty(rosters, {"guard"}, monday(of_day), shanghai);
        return people.size() == 1 ? people.front().name : std::to_string(people.size());
    };
    EXPECT_EQ(name_at(6h + 59min), "0"); // Sunday's night has nobody
    EXPECT_EQ(name_at(7h), "甲");
    EXPECT_EQ(name_at(18h + 59min), "甲");
    EXPECT_EQ(name_at(19h), "乙");
    EXPECT_EQ(name_at(24h + 3h), "乙");
    EXPECT_EQ(name_at(24h + 19h), "0"); // Tuesday's night
    EXPECT_TRUE(on_duty(rosters, {"manager"}, monday(8h), shanghai).empty());
}

TEST(Routing, HoldsInQuietHoursOnlyWhatIsNotUrgent)
{
    config::NotifyConfig channel;
    channel.quiet = config::DaySpan{22h, 6h + 30min};
    for (const int severity : {1, 2})
        EXPECT_FALSE(held_until(channel, severity, monday(23h), shanghai));
    EXPECT_EQ(held_until(channel, 3, monday(23h + 1min) + 5s, shanghai), monday(24h + 6h + 30min));
    EXPECT_EQ(held_until(channel, 3, monday(2h), shanghai), monday(6h + 30min));
    EXPECT_FALSE(held_until(channel, 3, monday(6h + 30min), shanghai));
    EXPECT_FALSE(held_until(channel, 3, monday(12h), shanghai));
}

TEST(Routing, HoldsSeverityFourOutsideTheHoursOfMaintenanceToo)
{
    config::NotifyConfig channel;
    EXPECT_FALSE(held_until(channel, 4, monday(7h), shanghai));
    EXPECT_FALSE(held_until(channel, 4, monday(21h + 59min), shanghai));
    EXPECT_EQ(held_until(channel, 4, monday(22h), shanghai), monday(24h + 7h));
    channel.quiet = config::DaySpan{21h, 6h};
    EXPECT_EQ(held_until(channel, 4, monday(21h), shanghai), monday(24h + 7h));
}

TEST(Routing, TellsStaffOnlyOfWhatIsThereAndWhatIsOver)
{
    model::Alert alert;
    EXPECT_EQ(news_of(alert)->stage, Stage::raised);
    alert.state = model::Alert::State::acknowledged;
    EXPECT_FALSE(news_of(alert));
    alert.state = model::Alert::State::cleared;
    EXPECT_EQ(news_of(alert)->stage, Stage::cleared);
    EXPECT_FALSE(news_of(alert)->only_if_waiting);
    alert.state = model::Alert::State::closed;
    EXPECT_TRUE(news_of(alert)->only_if_waiting);
}

} // namespace
} // namespace gatehouse::notify
