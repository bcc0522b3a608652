#include "gateway/app/rule_preview.hpp"

#include "gateway/rules/catalogue.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::app {
namespace {

using namespace std::chrono_literals;

class PreviewOfRules : public testing::Test {
protected:
    void left_open(base::WallTime up, std::chrono::seconds span)
    {
        move(true, up);
        move(false, up + span);
    }
    void move(bool up, base::WallTime at)
    {
        model::BarrierMoved moved;
        moved.position = up ? model::BarrierPosition::open : model::BarrierPosition::closed;
        model::Event event;
        event.device = "gate";
        event.id = event.device_key = std::to_string(store.last_seq() + 1);
        event.occurred_at = event.received_at = at;
        event.body = moved;
        store::Change change;
        change.events.push_back(std::move(event));
        asio::co_spawn(io, store.commit(std::move(change)), [](std::exception_ptr, auto) {});
        io.restart();
        io.run();
    }
    base::Result<api::RuleOutlook> look(const std::string& text)
    {
        std::optional<base::Result<api::RuleOutlook>> found;
        asio::co_spawn(io, preview.look(text),
                       [&](std::exception_ptr, base::Result<api::RuleOutlook> value) { found = value; });
        io.restart();
        io.run();
        return std::move(found.value());
    }
    static api::RuleOutlook::Row row(const api::RuleOutlook& outlook, const std::string& kind)
    {
        for (const auto& candidate : outlook.rows)
            if (candidate.kind == kind) return candidate;
        return {};
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::FakeStore store{io.get_executor()};
    fakes::CountingMetrics metrics;
    const Registry registry{};
    std::vector<config::RuleConfig> now;
    RulePreview preview{{.store = store,
                         .clock = clock,
                         .registry = registry,
                         .now = [this] { return now; },
                         .make =
                             [this](const std::vector<config::RuleConfig>& wanted) {
                                 const rules::Site site{.place = [](const std::string& device,
                                                                    const std::string&) { return device; }};
                                 return rules::make_rules(wanted, site, metrics);
                             }}};
};

TEST_F(PreviewOfRules, CountsWhatOtherSettingsWouldHaveRaised)
{
    const auto day = clock.wall() - 24h;
    for (int i = 0; i < 300; ++i)
        left_open(day + i * 200s, i < 10 ? 100s : 20s);
    const auto outlook = look("[[rule]]\nname = \"barrier-left-open\"\nafter = \"90s\"\n");
    ASSERT_TRUE(outlook);
    EXPECT_EQ(row(*outlook, "barrier_left_open").would, 10);
    const auto off = look("[[rule]]\nname = \"barrier-left-open\"\nenabled = false\n");
    EXPECT_EQ(row(*off, "barrier_left_open").would, 0);
    EXPECT_EQ(row(*off, "barrier_left_open").count, row(*outlook, "barrier_left_open").count);
    EXPECT_GT(row(*off, "barrier_left_open").count, 0);
    EXPECT_EQ(outlook->from, day);
    EXPECT_EQ(outlook->to, clock.wall());
}

TEST_F(PreviewOfRules, LooksBackAWeekAndNoFurther)
{
    for (int i = 20; i > 0; --i)
        left_open(clock.wall() - i * 12h, 300s);
    const auto outlook = look("[[rule]]\nname = \"barrier-left-open\"\nafter = \"90s\"\n");
    EXPECT_EQ(row(*outlook, "barrier_left_open").would, 14);
    EXPECT_EQ(outlook->from, clock.wall() - 14 * 12h);
}

TEST_F(PreviewOfRules, SaysWhatIsWrongWithTheRules)
{
    const auto outlook = look("[[rule]]\nname = \"barrier-left-opne\"\n");
    ASSERT_TRUE(config::has_errors(outlook->issues));
    EXPECT_EQ(outlook->issues[0].line, 2U);
}

TEST_F(PreviewOfRules, OfAnEmptyJournalThereIsNothingToSay)
{
    EXPECT_TRUE(look("")->rows.empty());
}

} // namespace
} // namespace gatehouse::app
