#include "gateway/cli/control_client.hpp"

#include "tests/unit/gateway/cli/fake_gateway.hpp"

#include <gtest/gtest.h>

namespace gatehouse::cli {
namespace {

using namespace std::chrono_literals;

TEST(ControlClient, GivesUpOnADaemonThatDoesNotAnswer)
{
    FakeGateway gateway;
    gateway.silent = true;
    EXPECT_EQ(ControlClient(gateway.socket()).get("/healthz", 20ms).error(), base::Errc::timed_out);
}

} // namespace
} // namespace gatehouse::cli
