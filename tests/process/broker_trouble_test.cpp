#include "tests/process/world.hpp"

#include <fmt/format.h>

#include <csignal>

namespace gatehouse::proof {
namespace {

class BrokerTrouble : public World {
protected:
    void run_for(Milliseconds span)
    {
        const auto end = std::chrono::steady_clock::now() + span;
        (void)until([&] { return std::chrono::steady_clock::now() >= end; }, span + 1s);
    }
    bool upstream_is(const std::string& link, Milliseconds limit)
    {
        return until([&] { return upstream_link(gateway.status()) == link; }, limit);
    }
};

TEST_F(BrokerTrouble, EverythingArrivesAlthoughTheBrokerGoesAndComes)
{
    plan(small_site(20));
    ASSERT_NO_FATAL_FAILURE(start());
    const int rounds = long_run() ? 50 : 4;
    for (int round = 0; round < rounds; ++round) {
        run_for(700ms);
        broker.stop();
        EXPECT_TRUE(upstream_is("down", 10s));
        run_for(500ms);
        broker.start();
        EXPECT_TRUE(upstream_is("up", 40s));
    }
    settle_and_prove();
}

// A broker that dies forgets what it has not written yet, also what it has acknowledged. So the gateway
// stands still while the last of that reaches the centre, and until the centre has subscribed again; what it
// had in flight comes again.
TEST_F(BrokerTrouble, EverythingArrivesAlthoughTheBrokerIsKilled)
{
    plan(small_site(20));
    ASSERT_NO_FATAL_FAILURE(start());
    run_for(1s);
    gateway.process().signal(SIGSTOP);
    std::size_t seen = 0;
    EXPECT_TRUE(until(
        [&] {
            const auto before = std::exchange(seen, centre.deliveries().size());
            centre.pump(200ms);
            return before == centre.deliveries().size();
        },
        10s));
    broker.kill();
    EXPECT_TRUE(until([&] { return !centre.subscribed(); }, 10s));
    broker.start();
    EXPECT_TRUE(until([&] { return centre.subscribed(); }, 10s));
    gateway.process().signal(SIGCONT);
    EXPECT_TRUE(upstream_is("up", 40s));
    run_for(500ms);
    settle_and_prove();
}

TEST_F(BrokerTrouble, AStandingBrokerIsCalledDeadAndNothingIsLostWhenItGoesOn)
{
    plan(small_site(20));
    ASSERT_NO_FATAL_FAILURE(start());
    run_for(500ms);
    broker.freeze();
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(upstream_is("down", 30s)) << "a broker that stands still was called up for 30 s";
    fmt::print("called dead after {} ms\n",
               std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - began).count());
    broker.thaw();
    EXPECT_TRUE(upstream_is("up", 60s));
    settle_and_prove();
}

} // namespace
} // namespace gatehouse::proof
