#include "protocols/modbus/contact.hpp"

#include <gtest/gtest.h>

namespace gatehouse::modbus {
namespace {

using namespace std::chrono_literals;

struct ContactTest : testing::Test {
    Contact contact{Wired{}, 50ms};
    void at(base::MonoTime::duration since, bool active)
    {
        contact.sample({active}, base::MonoTime{} + since);
    }
};

TEST_F(ContactTest, SettlesWithTheSecondPollWhenPollsComeAsOftenAsItWaits)
{
    at(0ms, false);
    at(50ms, true);
    EXPECT_EQ(contact.active(), false);
    at(99ms, true); // polls keep their beat, and not to the millisecond
    EXPECT_EQ(contact.active(), true);
}

TEST_F(ContactTest, DoesNotSettleWhileItBounces)
{
    at(0ms, false);
    at(50ms, true);
    at(75ms, true);
    EXPECT_EQ(contact.active(), false);
    at(90ms, false);
    at(110ms, true);
    at(150ms, true);
    EXPECT_EQ(contact.active(), false);
    at(160ms, true);
    EXPECT_EQ(contact.active(), true);
}

} // namespace
} // namespace gatehouse::modbus
