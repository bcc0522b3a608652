#include "gateway/notify/outbox.hpp"

#include "gateway/notify/wording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;
using Kind = Verdict::Kind;
using testing::ElementsAre;

// A time of its own: a Monday noon of the site.
class OutboxTest : public testing::Test {
protected:
    OutboxTest()
    {
        manner.rates = {{18, 60s}};
        manner.retries = {5s, 30s, 120s};
    }
    Outbox& outbox()
    {
        if (!outbox_) outbox_.emplace(manner, config, 480min);
        return *outbox_;
    }
    void add(const std::string& alert, int severity = 2, Stage stage = Stage::raised,
             bool only_if_waiting = false)
    {
        Pending pending;
        pending.seqs = {++seq};
        pending.id = "event" + std::to_string(seq);
        pending.alert.id = alert;
        pending.alert.severity = severity;
        pending.alert.text = "闸" + alert;
        pending.alert.changed_at = wall;
        pending.alert.raised_at = wall;
        pending.since = wall;
        pending.stage = stage;
        pending.came = now;
        outbox().add(std::move(pending), only_if_waiting);
    }
    void pass(std::chrono::milliseconds span)
    {
        now += span;
        wall += span;
    }
    std::optional<Parcel> next() { return outbox().look(now, wall).parcel; }
    std::chrono::nanoseconds next_in() { return outbox().look(now, wall).again - now; }
    Outbox::Settled settle(Parcel parcel, Kind kind, std::chrono::milliseconds wait = 0ms)
    {
        const Verdict verdict{.kind = kind, .reason = "", .wait = wait};
        return outbox().settle(std::move(parcel), verdict, now, random);
    }
    // "a", or "a+b" for a digest; empty: nothing goes now.
    std::string send(Kind kind = Kind::sent)
    {
        auto parcel = next();
        if (!parcel) return {};
        std::string names;
        for (const auto& item : parcel->items)
            names += (names.empty() ? "" : "+") + item.alert.id;
        if (parcel->folded.count > 0) names += "+" + std::to_string(parcel->folded.count) + " more";
        settle(std::move(*parcel), kind);
        return names;
    }

    Manner manner;
    config::NotifyConfig config;
    base::MonoTime now{1h};
    base::WallTime wall{std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + 4h};
    base::Random random{1};
    std::int64_t seq = 0;

private:
    std::optional<Outbox> outbox_;
};

TEST_F(OutboxTest, SendsOneAfterTheOtherAndTheUrgentFirst)
{
    add("a", 3);
    add("b", 3);
    add("c", 1);
    EXPECT_EQ(send(), "c");
    EXPECT_EQ(send(), "a");
    EXPECT_EQ(send(), "b");
    EXPECT_EQ(send(), "");
    EXPECT_EQ(outbox().cursor(), 3);
}

TEST_F(OutboxTest, MergesAnEndThatOvertakesItsBeginning)
{
    add("a");
    const auto raised = next();
    ASSERT_TRUE(raised);
    add("a", 2, Stage::cleared);
    EXPECT_EQ(outbox().cursor(), 0);
    settle(*raised, Kind::retry);
    EXPECT_FALSE(next());
    pass(5s);
    const auto both = next();
    ASSERT_TRUE(both);
    ASSERT_EQ(both->items.size(), 1U);
    EXPECT_EQ(both->items[0].stage, Stage::cleared);
    EXPECT_TRUE(both->items[0].whole);
    EXPECT_THAT(both->items[0].seqs, ElementsAre(1, 2));
    settle(*both, Kind::sent);
    EXPECT_EQ(outbox().cursor(), 2);
    EXPECT_FALSE(next());
}

TEST_F(OutboxTest, TellsTheEndByItselfWhenTheBeginningHasBeenTold)
{
    add("a");
    EXPECT_EQ(send(), "a");
    add("a", 2, Stage::cleared);
    const auto over = next();
    ASSERT_TRUE(over);
    EXPECT_FALSE(over->items[0].whole);
}

TEST_F(OutboxTest, IsSilentAboutWhatSomebodyClosedUnlessItsBeginningStillWaits)
{
    add("a");
    EXPECT_EQ(send(), "a");
    add("a", 2, Stage::cleared, true);
    EXPECT_EQ(send(), "");
    EXPECT_EQ(outbox().cursor(), 2);
    add("b");
    add("b", 2, Stage::cleared, true);
    EXPECT_EQ(send(), "b");
    EXPECT_EQ(send(), "");
}

TEST_F(OutboxTest, SendsFiveHundredAlertsOfAMinuteWithinThePaceAndLosesNone)
{
    std::vector<base::MonoTime> sent;
    std::int64_t told = 0;
    for (int step = 0; step < 5000; ++step) {
        if (step < 1200 && step % 12 < 5) add(std::to_string(step), step % 7 == 0 ? 1 : 3);
        while (auto parcel = next()) {
            sent.push_back(now);
            told += static_cast<std::int64_t>(parcel->items.size()) + parcel->folded.count;
            settle(std::move(*parcel), Kind::sent);
        }
        pass(50ms);
    }
    EXPECT_EQ(seq, 500);
    EXPECT_EQ(told, 500);
    for (std::size_t i = 18; i < sent.size(); ++i)
        EXPECT_GE(sent[i] - sent[i - 18], 60s);
    EXPECT_LT(sent.size(), 54U);
    EXPECT_EQ(outbox().cursor(), 500);
    EXPECT_EQ(outbox().waiting(), 0U);
}

TEST_F(OutboxTest, FindsRoomForAnUrgentAlertInTheMidstOfAFlood)
{
    for (int i = 0; i < 100; ++i)
        add("flood" + std::to_string(i), 3);
    while (next())
        ; // until the share of the rest is used up
    add("duress", 1);
    EXPECT_EQ(send(), "duress");
}

TEST_F(OutboxTest, KeepsOfTooManyOnlyTheNumberButNeverOfTheUrgentOnesFirst)
{
    add("duress", 1);
    outbox().pause_until(now + 10min);
    for (int i = 0; i < 1000; ++i)
        add(std::to_string(i), 3);
    EXPECT_EQ(outbox().waiting(), Outbox::items_max);
    EXPECT_EQ(outbox().folded(), 1001 - static_cast<std::int64_t>(Outbox::items_max));
    pass(11min);
    const auto digest = next();
    ASSERT_TRUE(digest);
    EXPECT_TRUE(digest->is_digest());
    EXPECT_EQ(digest->items.front().alert.id, "duress");
    EXPECT_EQ(digest->items.size() + static_cast<std::size_t>(digest->folded.count), 1001U);
    settle(*digest, Kind::sent);
    EXPECT_EQ(outbox().cursor(), 1001);
}

TEST_F(OutboxTest, SaysInADigestHowManyAndInWhichTime)
{
    add("a", 3);
    pass(170s);
    add("b", 2);
    Parcel parcel;
    parcel.items = {std::move(next()->items[0])};
    parcel.folded = {10, 3, wall - 170s, wall};
    const auto message = digest_message(parcel, 480min);
    EXPECT_EQ(message.headline(), "[汇总] 另有11条告警（3分钟内）");
    EXPECT_EQ(message.severity, 2);
    EXPECT_EQ(message.alert_id, "");
}

TEST_F(OutboxTest, TurnsABacklogIntoADigest)
{
    for (int i = 0; i < 30; ++i)
        add(std::to_string(i), 2);
    outbox().pause_until(now + 8h); // nobody there
    pass(8h);
    const auto digest = next();
    ASSERT_TRUE(digest);
    EXPECT_EQ(digest->items.size(), 30U);
}

TEST_F(OutboxTest, PausesTenMinutesWhenItIsTooFastAndThenTellsTogether)
{
    add("a", 2);
    auto first = next();
    add("b", 2);
    settle(*first, Kind::throttled, 10min);
    EXPECT_EQ(next_in(), 10min);
    pass(10min);
    EXPECT_EQ(send(), "a+b");
}

TEST_F(OutboxTest, GathersSeverityFourAndTellsItByDay)
{
    config.digest_every = 15min;
    add("disk", 4);
    EXPECT_EQ(next_in(), 15min);
    pass(5min);
    add("camera", 4);
    pass(10min);
    EXPECT_EQ(send(), "disk+camera");
    wall += 10h; // ten in the evening
    now += 10h;
    add("disk", 4);
    pass(16min);
    EXPECT_EQ(send(), "");
    pass(9h); // until seven
    EXPECT_EQ(send(), "disk");
}

TEST_F(OutboxTest, HoldsInQuietHoursWhatIsNotUrgentAndTellsNothingTwiceOfWhatIsOverByThen)
{
    config.quiet = config::DaySpan{11h, 14h};
    add("a", 3);
    add("b", 2);
    EXPECT_EQ(send(), "b");
    EXPECT_EQ(next_in(), 2h);
    add("a", 3, Stage::cleared);
    pass(2h);
    const auto both = next();
    ASSERT_TRUE(both);
    EXPECT_TRUE(both->items[0].whole);
}

TEST_F(OutboxTest, RepeatsWhatMayHaveArrivedOnce)
{
    add("a");
    EXPECT_EQ(send(Kind::maybe), "a");
    EXPECT_EQ(send(), "");
    pass(5s);
    EXPECT_EQ(send(Kind::maybe), "a");
    pass(1h);
    EXPECT_EQ(send(), "");
    EXPECT_EQ(outbox().cursor(), 1);
}

TEST_F(OutboxTest, GivesAMessageUpAfterTheChannelsTriesAndLetsOthersPassMeanwhile)
{
    add("a");
    add("b");
    for (const auto wait : {5s, 30s, 120s}) {
        EXPECT_EQ(send(Kind::retry), "a");
        if (wait == 5s) {
            EXPECT_EQ(send(), "b");
        }
        EXPECT_EQ(next_in(), wait);
        pass(wait);
    }
    auto last = next();
    const auto settled = settle(*last, Kind::retry);
    EXPECT_TRUE(settled.dead);
    EXPECT_THAT(settled.seqs, ElementsAre(1));
    EXPECT_EQ(outbox().cursor(), 2);
}

TEST_F(OutboxTest, WaitsAsLongAsThePeerSays)
{
    add("a");
    settle(*next(), Kind::retry, 1h);
    EXPECT_EQ(next_in(), 1h);
}

TEST_F(OutboxTest, UsesUpNoTryWhileNobodyIsThere)
{
    add("a");
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(send(Kind::unreachable), "a");
        pass(1min);
    }
    EXPECT_EQ(send(), "a");
}

TEST_F(OutboxTest, TellsAMachineEverything)
{
    manner.digests = false;
    manner.rates = {{2, 1s}};
    for (int i = 0; i < 6; ++i)
        add(std::to_string(i), 3);
    int messages = 0;
    for (int i = 0; i < 100; ++i, pass(100ms))
        for (; !send().empty(); ++messages)
            ;
    EXPECT_EQ(messages, 6);
}

TEST_F(OutboxTest, TakesUpAfterARestartWhatWaitedAndThePace)
{
    for (int i = 0; i < 20; ++i)
        add(std::to_string(i), 2);
    for (int i = 0; i < 16; ++i)
        EXPECT_NE(send(), "");
    auto out = next(); // nothing: the urgent share is used up
    EXPECT_FALSE(out);
    const auto text = outbox().save(now, wall);
    Outbox after(manner, config, 480min);
    after.load(outbox().cursor(), text, now, wall);
    EXPECT_EQ(after.cursor(), 16);
    for (std::int64_t i = 1; i <= 20; ++i)
        EXPECT_EQ(after.knows(i), i <= 16) << i;
    EXPECT_FALSE(after.knows(21));
    Pending pending;
    pending.seqs = {17};
    pending.alert.id = "16";
    pending.alert.severity = 2;
    pending.alert.changed_at = wall;
    pending.came = now;
    after.add(pending, false);
    EXPECT_FALSE(after.look(now, wall).parcel); // sixteen went out in this minute
    EXPECT_EQ(after.cursor(), 16);
}

TEST_F(OutboxTest, ReadsAnyTextAsMemory)
{
    for (const char* text : {"", "{", "[]", R"({"upto":"x","pending":{},"sent_ms":[1e99],"folded":-4})",
                             R"({"upto":9,"pending":[3,99,-1],"folded_severity":77})"}) {
        Outbox box(manner, config, 480min);
        box.load(5, text, now, wall);
        EXPECT_GE(box.cursor(), 5) << text;
        EXPECT_GE(box.folded(), 0);
    }
}

} // namespace
} // namespace gatehouse::notify
