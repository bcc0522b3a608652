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

TEST(ControlClient, HandsALongAnswerOverInPiecesAndARefusalAsItsReply)
{
    FakeGateway gateway;
    gateway.replies["/copy"].body = std::string(1'000'000, 'x') + "end";
    std::string taken;
    std::size_t largest = 0;
    const auto take = [&](std::string_view piece) {
        largest = std::max(largest, piece.size());
        taken += piece;
        return base::error_code();
    };
    const ControlClient client(gateway.socket());
    ASSERT_TRUE(client.download({.target = "/copy"}, take));
    EXPECT_EQ(taken, gateway.replies["/copy"].body);
    EXPECT_LT(largest, 100'000U);
    taken.clear();
    gateway.replies["/copy"] = {507, R"({"detail":"disk full"})"};
    const auto refused = client.download({.target = "/copy"}, take);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->problem(), "disk full");
    EXPECT_TRUE(taken.empty());
}

} // namespace
} // namespace gatehouse::cli
