#include "gateway/app/route_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class RouteReport : public testing::Test {
protected:
    RouteReport()
    {
        config::NotifyConfig guards;
        guards.name = "guards";
        guards.protocol = "dingtalk";
        guards.roles = {"guard"};
        guards.quiet = config::DaySpan{22h, 7h};
        config::NotifyConfig office = guards;
        office.name = "office";
        office.roles = {"manager"};
        site.notifies = {guards, office};
        config::RosterConfig shift;
        shift.role = "guard";
        shift.weekdays.fill(true);
        shift.people = {{"王", "13800000000", ""}};
        site.rosters = {shift};
    }
    std::string ask(api::RouteQuestion question, const std::string& stopped = {})
    {
        return route_report(site, question, [&](const std::string& channel) {
            return channel == "guards" ? stopped : std::string();
        });
    }

    config::SiteConfig site;
    // 23:00 of a Monday.
    base::WallTime late{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + 15h};
};

TEST_F(RouteReport, SaysWhoIsCalledNowAndWhyOthersAreNot)
{
    EXPECT_EQ(
        ask({.severity = 2, .kind = "door_forced", .role = "", .at = late}),
        R"({"severity":2,"kind":"door_forced","state":"raised","at":"2026-01-05T23:00:00.000+08:00",)"
        R"("roles":["guard"],"channels":[{"name":"guards","protocol":"dingtalk","called":true,"when":"now",)"
        R"("people":[{"name":"王","mobile":"13800000000"}]},{"name":"office","protocol":"dingtalk",)"
        R"("called":false,"why":"it is not for guard"}]})");
}

TEST_F(RouteReport, SaysUntilWhenItWaitsAndWhomAnEscalationCalls)
{
    EXPECT_THAT(ask({.severity = 3, .kind = "", .role = "", .at = late}),
                HasSubstr(R"("when":"held","held_until":"2026-01-06T07:00:00.000+08:00")"));
    EXPECT_THAT(ask({.severity = 1, .kind = "", .role = "manager", .at = late}),
                HasSubstr(R"({"name":"office","protocol":"dingtalk","called":true)"));
}

TEST_F(RouteReport, CountsOnNoChannelThatHasStopped)
{
    EXPECT_THAT(ask({.severity = 1, .kind = "", .role = "", .at = late}, "errcode 300005"),
                HasSubstr(R"("called":false,"why":"it has stopped: errcode 300005")"));
}

} // namespace
} // namespace gatehouse::app
