#include "tests/site/site.hpp"

#include <gtest/gtest.h>

namespace gatehouse::site {
namespace {

using State = model::Alert::State;

// A site whose back door somebody forces while the movers are there.
class Arming : public testing::Test {
protected:
    Arming() { site.start(); }
    ~Arming() override { site.stop(); }

    void order(model::Action action, const std::string& device)
    {
        model::Command command;
        command.id = "01ARM" + std::to_string(++orders);
        command.origin = "test:centre";
        command.action = action;
        command.operator_name = "zhang";
        command.reason = "movers until noon";
        command.device = device;
        command.issued_at = site.clock.wall();
        command.expires = command.issued_at + 60s;
        ASSERT_EQ(site.order(command).status, model::Status::confirmed);
    }
    void tell(model::Body body)
    {
        const auto key = "record-" + std::to_string(++records);
        site.inside([&] { site.scripted.push(key, std::move(body)); });
        site.pass(2s);
    }
    [[nodiscard]] State state_of(const std::string& kind) const { return site.alerts(kind).at(0).state; }

    Site site;
    int orders = 0;
    int records = 0;
};

TEST_F(Arming, KeepsADisarmedDoorQuietAndCallsForItWhenItIsArmedAgain)
{
    order(model::Action::disarm, "probe-1");
    tell(model::DoorState{1, model::DoorPosition::forced_open});
    EXPECT_EQ(state_of("door_forced"), State::suppressed);
    EXPECT_EQ(site.alerts("door_forced").at(0).note, "已撤防");

    order(model::Action::arm, "probe-1");
    site.pass(2s);
    EXPECT_EQ(state_of("door_forced"), State::raised) << "it is still forced";
}

TEST_F(Arming, CallsForTamperingHoweverTheSiteIsDisarmed)
{
    order(model::Action::disarm, "");
    tell(model::Tamper{"lens", true});
    EXPECT_EQ(state_of("tamper"), State::raised);
    tell(model::DoorState{1, model::DoorPosition::forced_open});
    EXPECT_EQ(state_of("door_forced"), State::suppressed);
}

TEST_F(Arming, KeepsOneDeviceQuietAndNotTheOthers)
{
    order(model::Action::disarm, "face-1");
    tell(model::DoorState{1, model::DoorPosition::forced_open});
    EXPECT_EQ(state_of("door_forced"), State::raised);
}

} // namespace
} // namespace gatehouse::site
