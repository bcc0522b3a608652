#include "gateway/audit/watch.hpp"

#include "gateway/audit/chain.hpp"
#include "gateway/base/task_group.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::audit {
namespace {

using namespace std::chrono_literals;

class WatchTest : public testing::Test {
protected:
    WatchTest()
    {
        Watch::Ports ports{
            .clock = clock,
            .verify = [this] { return verify(); },
            .note_head = [this] { return note(); },
            .tell = [this](std::vector<model::Body> bodies,
                           std::vector<Record> rows) { return tell(std::move(bodies), std::move(rows)); },
            .utc_offset = 8h};
        watch = std::make_unique<Watch>(std::move(ports));
        report.head = {7, std::string(64, 'a')};
        tasks.spawn("watch", watch->run());
    }
    ~WatchTest() override
    {
        tasks.cancel();
        settle();
    }
    asio::awaitable<base::Result<Report>> verify()
    {
        ++looks;
        if (store_fails) co_return base::Errc::failed;
        co_return report;
    }
    asio::awaitable<base::Result<Head>> note()
    {
        ++notes;
        co_return report.head;
    }
    asio::awaitable<base::Result<void>> tell(std::vector<model::Body> bodies, std::vector<Record> rows)
    {
        if (disk_full) co_return base::Errc::disk_full;
        for (auto& body : bodies)
            told.push_back(std::get<model::SystemNotice>(body));
        for (auto& row : rows) {
            // As the real chain would show it at the next look.
            report.alarms.push_back({9, row.action + " by " + row.actor + ": " + row.detail});
            recorded.push_back(std::move(row));
        }
        co_return base::Result<void>();
    }
    void settle()
    {
        io.restart();
        io.poll();
    }
    void pass(std::chrono::milliseconds span)
    {
        clock.advance(span);
        settle();
    }
    std::size_t told_of(const std::string& what) const
    {
        return static_cast<std::size_t>(
            std::count_if(told.begin(), told.end(), [&](const auto& notice) { return notice.what == what; }));
    }

    asio::io_context io{1};
    fakes::ManualClock clock; // 08:00 local
    std::unique_ptr<Watch> watch;
    base::TaskGroup tasks{io.get_executor()};
    Report report;
    std::vector<model::SystemNotice> told;
    std::vector<Record> recorded;
    int looks = 0;
    int notes = 0;
    bool disk_full = false;
    bool store_fails = false;
};

TEST_F(WatchTest, TellsTheHeadAtTheStartAndOnceANight)
{
    settle();
    ASSERT_EQ(told_of("audit_head"), 1U);
    EXPECT_EQ(told[0].detail, to_text(report.head));
    for (int minute = 0; minute < 19 * 60; ++minute)
        pass(1min);
    EXPECT_EQ(told_of("audit_head"), 1U) << "it is 03:00";
    for (int minute = 0; minute < 60; ++minute)
        pass(1min);
    EXPECT_EQ(told_of("audit_head"), 2U) << "it is 04:00";
    EXPECT_EQ(told_of("audit_broken"), 0U);
    EXPECT_TRUE(recorded.empty());
}

TEST_F(WatchTest, NotesTheHeadEveryMinute)
{
    settle();
    pass(1min);
    pass(1min);
    EXPECT_EQ(notes, 3);
    EXPECT_EQ(looks, 1);
}

TEST_F(WatchTest, TellsAFaultOnceAndRecordsIt)
{
    report.faults = {{5, "row 5 was changed"}, {6, "row 6 was changed"}};
    report.faults_total = 12;
    settle();
    ASSERT_EQ(told_of("audit_broken"), 1U);
    EXPECT_FALSE(told[1].ok);
    EXPECT_EQ(told[1].detail, "row 5 was changed; row 6 was changed; and 9 more");
    ASSERT_EQ(recorded.size(), 1U);
    EXPECT_EQ(recorded[0].action, broken_action);
    pass(24h);
    EXPECT_EQ(looks, 2);
    EXPECT_EQ(told_of("audit_broken"), 1U) << "a row of the chain tells it already";
}

TEST_F(WatchTest, KeepsTheOldNoteUntilWhatItShowsIsTold)
{
    report.faults = {{5, "row 5 is missing"}};
    report.faults_total = 1;
    disk_full = true;
    settle();
    pass(1min);
    EXPECT_EQ(notes, 0);
    disk_full = false;
    pass(1min);
    EXPECT_EQ(told_of("audit_broken"), 1U);
    EXPECT_EQ(notes, 1);
}

TEST_F(WatchTest, TriesAgainAMinuteAfterALookThatFailed)
{
    store_fails = true;
    settle();
    EXPECT_EQ(notes, 0);
    store_fails = false;
    pass(1min);
    EXPECT_EQ(looks, 2);
    EXPECT_EQ(notes, 1);
}

TEST_F(WatchTest, IsNotPutOffByAClockThatWasSetBack)
{
    settle();
    clock.step_wall(-72h);
    pass(1min);
    EXPECT_EQ(looks, 2);
}

} // namespace
} // namespace gatehouse::audit
