#include "gateway/app/device_languages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(DeviceLanguages, EachHasASampleAndTheKindsThatItsCheckTakes)
{
    const auto views = protocol_views(Registry());
    ASSERT_EQ(views.size(), device_protocols().size());
    for (const auto& view : views) {
        EXPECT_THAT(view.sample, HasSubstr("protocol = \"" + view.name + "\"")) << view.name;
        EXPECT_THAT(view.kinds, Not(IsEmpty())) << view.name;
        if (view.name == "uhppote") {
            EXPECT_THAT(view.kinds, ElementsAre("controller"));
        }
        if (view.name == "isapi") {
            EXPECT_THAT(view.kinds, ElementsAre("plate", "face", "barrier", "camera", "controller"));
        }
    }
}

TEST(DeviceLanguages, ADeviceToBeLookedAtIsReadAsIfItStoodInAFile)
{
    api::ProbeOrder order;
    order.protocol = "isapi";
    order.kind = "plate";
    order.address = "http://192.0.2.1";
    order.username = "a\"b";
    order.password = "p\\q\nusername = \"evil\"";
    order.keys = "mode = \"push\"";
    config::Issues issues;
    const auto site = site_of(order, Registry(), issues);
    EXPECT_FALSE(config::has_errors(issues));
    ASSERT_EQ(site.devices.size(), 1U);
    EXPECT_EQ(site.devices[0].username, "a\"b");
    EXPECT_THAT(site.devices[0].password.expose(), HasSubstr("p\\q"));
    order.kind = "tractor";
    (void)site_of(order, Registry(), issues);
    EXPECT_TRUE(config::has_errors(issues));
}

} // namespace
} // namespace gatehouse::app
