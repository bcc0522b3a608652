#include "gateway/notify/wording.hpp"

#include <gtest/gtest.h>

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;

// 2026-01-01 08:05:30 in Shanghai.
const base::WallTime raised_at{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + 5min + 30s};

Pending barrier_stuck()
{
    Pending pending;
    pending.id = "01KDVZ0000000000000000EVNT";
    pending.alert.id = "01KDVZ0000000000000000TEST";
    pending.alert.kind = "barrier_left_open";
    pending.alert.device = "gate-1";
    pending.alert.text = "1号门道闸未落杆";
    pending.alert.raised_at = pending.alert.changed_at = pending.since = raised_at;
    return pending;
}

std::string lines_of(const Notification& message)
{
    std::string all;
    for (const auto& [label, value] : message.lines)
        all += label + "=" + value + ";";
    return all;
}

TEST(Wording, TellsWhatWhereWhenAndTheShortNumber)
{
    const auto message = news_message(barrier_stuck(), 480min);
    EXPECT_EQ(message.headline(), "[告警] 1号门道闸未落杆");
    EXPECT_EQ(lines_of(message), "级别=3;时间=2026-01-01 08:05:30;编号=00TEST;");
    EXPECT_EQ(message.id, "01KDVZ0000000000000000EVNT");
    EXPECT_EQ(message.alert_id, "01KDVZ0000000000000000TEST");
}

TEST(Wording, TellsOfAnEndWhenItBegan)
{
    auto pending = barrier_stuck();
    pending.stage = Stage::cleared;
    pending.alert.changed_at += 2min;
    pending.alert.count = 3;
    const auto message = news_message(pending, 480min);
    EXPECT_EQ(message.headline(), "[恢复] 1号门道闸未落杆");
    EXPECT_EQ(lines_of(message),
              "级别=3;时间=2026-01-01 08:05:30;恢复=2026-01-01 08:07:30;次数=3;编号=00TEST;");
}

TEST(Wording, MasksWhatASentenceShouldNotHold)
{
    auto pending = barrier_stuck();
    pending.alert.text = "沪A12345在1号门等待，电话13812345678";
    EXPECT_EQ(news_message(pending, 480min).title, "沪A1**45在1号门等待，电话138******78");
    Parcel parcel;
    parcel.items = {pending, pending};
    const auto digest = digest_message(parcel, 480min);
    EXPECT_EQ(digest.lines.back().value, "沪A1**45在1号门等待，电话138******78 ×2");
}

TEST(Wording, PutsTheMostUrgentSentencesOfADigestFirstAndNamesEightOfThem)
{
    Parcel parcel;
    for (int i = 0; i < 12; ++i) {
        auto pending = barrier_stuck();
        pending.alert.text = "门" + std::to_string(i);
        pending.alert.severity = i == 11 ? 1 : 3;
        parcel.items.push_back(pending);
    }
    const auto message = digest_message(parcel, 480min);
    EXPECT_EQ(message.title, "另有12条告警（1分钟内）");
    ASSERT_EQ(message.lines.size(), 2U + 8 + 1);
    EXPECT_EQ(message.lines[2].label, "1级");
    EXPECT_EQ(message.lines[2].value, "门11");
    EXPECT_EQ(message.lines.back().label, "其余");
}

} // namespace
} // namespace gatehouse::notify
