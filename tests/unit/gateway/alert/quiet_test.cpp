#include "gateway/alert/quiet.hpp"

#include "gateway/base/time_text.hpp"

#include <gtest/gtest.h>

namespace gatehouse::alert {
namespace {

using namespace std::chrono_literals;

WallTime at(const std::string& text)
{
    return base::parse_time(text, 480min).value().time;
}

model::Silence silence_of(const std::string& kind, const std::string& device)
{
    model::Silence wanted;
    wanted.id = kind + device;
    wanted.kind = kind;
    wanted.device = device;
    wanted.author = "li";
    wanted.reason = "repair";
    wanted.until = at("2026-01-05T10:00:00");
    return wanted;
}

model::Alert alert_of(const std::string& kind, const std::string& device, int severity = 3)
{
    model::Alert alert;
    alert.kind = kind;
    alert.device = device;
    alert.severity = severity;
    return alert;
}

TEST(Quiet, SilencesWhatItNamesUntilItsEnd)
{
    Quiet quiet;
    const auto now = at("2026-01-05T09:00:00");
    ASSERT_TRUE(quiet.add(silence_of("tamper", "cam-1"), now));
    EXPECT_EQ(quiet.why(alert_of("tamper", "cam-1"), now), "静默（li）：repair");
    EXPECT_EQ(quiet.why(alert_of("tamper", "cam-2"), now), "");
    EXPECT_EQ(quiet.why(alert_of("device_offline", "cam-1"), now), "");
    EXPECT_EQ(quiet.why(alert_of("tamper", "cam-1"), now + 1h), "");
}

TEST(Quiet, SilencesTheMostUrgentOnlyByName)
{
    Quiet quiet;
    const auto now = at("2026-01-05T09:00:00");
    ASSERT_TRUE(quiet.add(silence_of("", "cam-1"), now));
    EXPECT_NE(quiet.why(alert_of("tamper", "cam-1", 2), now), "");
    EXPECT_EQ(quiet.why(alert_of("tamper", "cam-1", 1), now), "");
    ASSERT_TRUE(quiet.add(silence_of("tamper", ""), now));
    EXPECT_NE(quiet.why(alert_of("tamper", "cam-1", 1), now), "");
}

TEST(Quiet, WantsAnAuthorAReasonATargetAndAnEnd)
{
    Quiet quiet;
    const auto now = at("2026-01-05T09:00:00");
    auto nobody = silence_of("tamper", "");
    nobody.author.clear();
    auto no_reason = silence_of("tamper", "");
    no_reason.reason.clear();
    auto past = silence_of("tamper", "");
    past.until = now;
    auto for_ever = silence_of("tamper", "");
    for_ever.until = now + Quiet::longest + 1s;
    for (const auto& bad : {nobody, no_reason, past, for_ever, silence_of("", "")})
        EXPECT_EQ(quiet.add(bad, now).error(), base::Errc::bad_input);
    for (std::size_t i = 0; i < Quiet::silences_max; ++i)
        ASSERT_TRUE(quiet.add(silence_of("tamper", std::to_string(i)), now));
    EXPECT_EQ(quiet.add(silence_of("tamper", "x"), now).error(), base::Errc::overloaded);
    EXPECT_TRUE(quiet.add(silence_of("tamper", "x"), at("2026-01-05T09:59:59")).error() ==
                base::Errc::overloaded);
    auto later = silence_of("tamper", "x");
    later.until = at("2026-01-05T12:00:00");
    EXPECT_TRUE(quiet.add(later, at("2026-01-05T10:00:00"))) << "the others have ended";
}

TEST(Quiet, EndsASilenceEarlyAndOnce)
{
    Quiet quiet;
    const auto now = at("2026-01-05T09:00:00");
    ASSERT_TRUE(quiet.add(silence_of("tamper", "cam-1"), now));
    const auto ended = quiet.end("tampercam-1", now + 1min);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->until, now + 1min);
    EXPECT_EQ(quiet.end("tampercam-1", now + 1min).error(), base::Errc::not_found);
}

TEST(Quiet, KeepsWhatIsDisarmedQuietButNeverTheMostUrgent)
{
    Quiet quiet;
    const auto now = at("2026-01-05T09:00:00");
    quiet.use([](const model::Alert& alert) { return alert.device == "door-1"; });
    EXPECT_EQ(quiet.why(alert_of("door_forced", "door-1", 2), now), "已撤防");
    EXPECT_EQ(quiet.why(alert_of("door_forced", "door-2", 2), now), "");
    EXPECT_EQ(quiet.why(alert_of("door_forced", "door-1", 1), now), "");
}

TEST(Quiet, KnowsWindowsByDayTimeAndOverMidnight)
{
    config::MaintenanceConfig night;
    night.weekdays = 1U << 4U; // Friday
    night.from = 22h;
    night.to = 6h;
    EXPECT_FALSE(is_within(night, at("2026-01-02T21:59:00"), 480min));
    EXPECT_TRUE(is_within(night, at("2026-01-02T22:00:00"), 480min)) << "a Friday";
    EXPECT_TRUE(is_within(night, at("2026-01-03T05:59:00"), 480min));
    EXPECT_FALSE(is_within(night, at("2026-01-03T06:00:00"), 480min));
    EXPECT_FALSE(is_within(night, at("2026-01-03T22:00:00"), 480min));
    config::MaintenanceConfig once;
    once.date = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
    EXPECT_TRUE(is_within(once, at("2026-03-01T00:00:00"), 480min));
    EXPECT_TRUE(is_within(once, at("2026-03-01T23:59:00"), 480min));
    EXPECT_FALSE(is_within(once, at("2026-03-02T00:00:00"), 480min));
}

} // namespace
} // namespace gatehouse::alert
