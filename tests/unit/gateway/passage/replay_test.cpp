#include "tests/unit/gateway/passage/story.hpp"

#include "gateway/base/random.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

namespace gatehouse::passage {
namespace {

using tests::Lines;
using tests::Story;

// A day at a small estate, drawn from a seed: vehicles and persons, most of them behaving, with parts that
// come in any order and some that do not come at all.
class Day {
public:
    explicit Day(std::uint64_t seed) : random_(seed)
    {
        auto out = tests::vehicle_lane("east-out", model::Direction::out);
        auto in = tests::lane_with_loops();
        in.opposite = "east-out";
        out.opposite = "east-in";
        lanes = {in, out, tests::door_lane(), tests::vehicle_lane("west", model::Direction::unknown)};
        for (int i = 0; i < 40; ++i)
            happen();
        std::stable_sort(at_.begin(), at_.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (auto& [time, what] : at_)
            steps.push_back(fmt::format("{:.1f} {}", time, what));
        for (auto& [time, what] : at_)
            times.push_back(time);
    }

    std::vector<config::LaneConfig> lanes;
    Lines steps;
    std::vector<double> times;

    std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }

private:
    void add(double after, std::string what)
    {
        if (below(20) != 0) at_.emplace_back(now_ + after, std::move(what)); // one in twenty is lost
    }
    void happen()
    {
        now_ += static_cast<double>(below(400)) / 10;
        const std::string plate = "沪A1234" + std::to_string(below(6));
        const bool known = below(4) != 0;
        const std::string read = "read " + plate + (known ? " open 0.9" : " refuse 0.9");
        switch (below(5)) {
        case 0: return drive_in(read, known);
        case 1:
            add(0, read + " @east-out");
            if (known) add(0.2, "order access @east-out");
            return;
        case 2:
            add(0, std::string("face 100") + std::to_string(below(5)) + (known ? " open" : " refuse") +
                       " @door-east");
            add(1, "door opened @door-east");
            add(4, "door closed @door-east");
            return;
        case 3:
            add(0, "up @west");
            if (below(2) == 0) add(3, read + " @west");
            add(8, "down @west");
            return;
        default: add(0, "read " + plate + " refuse 0.4 @west");
        }
    }
    void drive_in(const std::string& read, bool known)
    {
        add(0, "before on @east-in");
        add(0.5, read + " @east-in");
        if (below(3) == 0) add(1.5, read + " @east-in");
        if (known) {
            add(1, "order access @east-in");
            add(2, "up @east-in");
            add(4, "before off @east-in");
            add(5, "under on @east-in");
            add(6, "under off @east-in");
            if (below(4) == 0) add(6.5, "under on @east-in");
            if (below(4) == 0) add(7.5, "under off @east-in");
            add(6, read + " @east-out");
            add(9, "down @east-in");
        } else {
            add(30 + static_cast<double>(below(90)), "before off @east-in");
        }
    }

    base::Random random_;
    double now_ = 0;
    std::vector<std::pair<double, std::string>> at_;
};

// All that was told, by the key under which the journal takes it once.
std::map<std::string, std::string> all_of(const Story& story)
{
    std::map<std::string, std::string> found;
    for (const auto& told : story.told()) {
        const auto& event = told.event;
        const bool passage = std::holds_alternative<model::Passage>(event.body);
        const auto text = passage ? Story::line_of(event) : model::type_of(event.body);
        const auto line = fmt::format("{} {} {} {}", event.lane, event.occurred_at.time_since_epoch().count(),
                                      text, model::to_string(event.direction));
        EXPECT_TRUE(found.emplace(event.device + ' ' + event.device_key, line).second)
            << "told twice: " << event.device_key << ' ' << line;
    }
    return found;
}

std::map<std::string, std::string> read_at_once(const Day& day)
{
    Story story(day.lanes);
    for (const auto& step : day.steps)
        story.tell(step);
    story.end();
    return all_of(story);
}

TEST(Replay, TellsTheSameAfterARestartAtAnyPlace)
{
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        Day day(seed);
        const auto expected = read_at_once(day);
        EXPECT_GT(expected.size(), 10u);
        for (std::size_t cut = 0; cut < day.steps.size(); cut += 1 + day.below(12)) {
            Story story(day.lanes);
            for (std::size_t i = 0; i < day.steps.size(); ++i) {
                if (i == cut) story.restart();
                story.tell(day.steps[i]);
            }
            story.end();
            ASSERT_EQ(all_of(story), expected) << "restart before step " << cut << ": " << day.steps[cut];
        }
    }
}

TEST(Replay, DoesNotDependOnWhenWeLookedAtTheClock)
{
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        Day day(seed);
        const auto expected = read_at_once(day);
        Story story(day.lanes);
        double now = 0;
        for (std::size_t i = 0; i < day.steps.size(); ++i) {
            for (; now < day.times[i]; now += 0.1 + static_cast<double>(day.below(30)) / 10)
                story.tick(now);
            story.tell(day.steps[i]);
        }
        story.end();
        EXPECT_EQ(all_of(story), expected);
    }
}

TEST(Replay, EndsEveryMovementOfARealVehicleOnceAndHoldsNone)
{
    Day day(7);
    Story story(day.lanes);
    for (const auto& step : day.steps)
        story.tell(step);
    story.end();
    const auto told = story.told().size();
    story.tell("9999 lost");
    story.end();
    EXPECT_EQ(story.told().size(), told);
}

} // namespace
} // namespace gatehouse::passage
