#include "gateway/notify/rate_window.hpp"

#include <gtest/gtest.h>

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;

constexpr base::MonoTime start{1h};

TEST(RateWindow, LetsNoMoreThanTheCountThroughInAnySpan)
{
    RateWindow window({{18, 60s}});
    auto now = start;
    std::vector<base::MonoTime> sent;
    for (int step = 0; step < 3000; ++step, now += 100ms)
        if (window.free_at(1) <= now) {
            window.note(now);
            sent.push_back(now);
        }
    for (std::size_t i = 18; i < sent.size(); ++i)
        EXPECT_GE(sent[i] - sent[i - 18], 60s);
    EXPECT_EQ(sent.size(), 90U); // five minutes
}

TEST(RateWindow, KeepsSeveralRatesAtOnce)
{
    RateWindow window({{90, 60s}, {4, 1s}});
    for (int i = 0; i < 4; ++i)
        window.note(start);
    EXPECT_EQ(window.free_at(1), start + 1s);
}

TEST(RateWindow, LeavesAShareToOthers)
{
    RateWindow window({{18, 60s}});
    for (int i = 0; i < 12; ++i)
        window.note(start);
    EXPECT_EQ(window.free_at(0.67), start + 60s);
    EXPECT_LE(window.free_at(1), start);
    EXPECT_LE(RateWindow({{1, 1s}}).free_at(0.1), start); // never none at all
}

TEST(RateWindow, HoldsNothingBackWithoutARate)
{
    RateWindow window({});
    window.note(start);
    EXPECT_LE(window.free_at(1), start);
}

} // namespace
} // namespace gatehouse::notify
