#include "gateway/app/acceptance_facts.hpp"

#include <gtest/gtest.h>

namespace gatehouse::app {
namespace {

using namespace std::chrono_literals;

const base::WallTime noon{std::chrono::milliseconds(1'767'225'600'000)};

model::EntryPtr entry(model::Body body, std::chrono::minutes ago)
{
    auto made = std::make_shared<model::Entry>();
    made->event.received_at = noon - ago;
    made->event.body = std::move(body);
    return made;
}

model::EntryPtr link(model::LinkState state, std::chrono::minutes ago)
{
    return entry(model::DeviceLink{state, ""}, ago);
}

model::EntryPtr upstream(bool ok, std::chrono::minutes ago, const std::string& name = "centre")
{
    return entry(model::SystemNotice{"upstream", ok, name + ": whatever"}, ago);
}

TEST(AcceptanceFacts, ADeviceIsOnLineWhileItsLinkIsUp)
{
    using enum model::LinkState;
    const auto from = noon - 100min;
    EXPECT_EQ(on_line_rate({}, from, noon), std::nullopt);
    EXPECT_EQ(on_line_rate({link(up, 50min)}, from, noon), 1.0) << "counted from when it was first seen";
    EXPECT_EQ(on_line_rate({link(up, 20min), link(down, 40min), link(up, 80min)}, from, noon), 0.75);
    EXPECT_EQ(on_line_rate({link(silent, 50min), link(up, 200min)}, from, noon), 0.5);
    EXPECT_EQ(on_line_rate({link(down, 300min), link(up, 400min)}, from, noon), 0.0);
}

TEST(AcceptanceFacts, AnOutageIsFromLossToReturn)
{
    EXPECT_EQ(longest_outage({}, "centre"), 0min);
    EXPECT_EQ(longest_outage({upstream(false, 30min)}, "centre"), 0min) << "it has not ended";
    EXPECT_EQ(longest_outage({upstream(true, 10min), upstream(false, 21min), upstream(true, 40min),
                              upstream(false, 45min)},
                             "centre"),
              11min);
    EXPECT_EQ(longest_outage({upstream(true, 10min), upstream(false, 21min, "centre-2")}, "centre"), 0min);
}

} // namespace
} // namespace gatehouse::app
