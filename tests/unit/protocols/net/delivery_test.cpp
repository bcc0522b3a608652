#include "protocols/net/delivery.hpp"

#include "gateway/base/task_group.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::net {
namespace {

using namespace std::chrono_literals;

// The delivery alone, with a sink that refuses.
class NetDelivery : public testing::Test {
protected:
    static asio::awaitable<base::Result<void>> refuse(int& offered)
    {
        ++offered;
        co_return base::Errc::overloaded;
    }
    void spawn(asio::awaitable<void> task)
    {
        tasks.spawn("test", std::move(task));
        settle();
    }
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }
    asio::awaitable<void> hand_over(bool& done)
    {
        model::Event event;
        co_await delivery.hand_over(std::move(event));
        done = true;
    }
    asio::awaitable<void> wait(std::optional<bool>& taken)
    {
        taken = co_await delivery.wait_taken(delivery.last_number());
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    fakes::MemoryConnector connector{io.get_executor()};
    int offered = 0;
    device::DriverContext context{io.get_executor(),
                                  clock,
                                  random,
                                  connector,
                                  metrics,
                                  memory,
                                  [this](model::Event) { return refuse(offered); },
                                  {},
                                  {},
                                  480min,
                                  "",
                                  0};
    Delivery delivery{context, "dev-1"};
    base::TaskGroup tasks{io.get_executor()};
};

TEST_F(NetDelivery, WhoeverWaitsIsLetGoWhenItClosesAndToldThatNothingWasTaken)
{
    delivery.open();
    bool first = false, second = false;
    std::optional<bool> taken;
    spawn(hand_over(first));
    spawn(hand_over(second)); // while the first is tried again
    spawn(wait(taken));
    EXPECT_TRUE(first);
    EXPECT_FALSE(second);
    EXPECT_FALSE(taken);
    spawn(delivery.close());
    EXPECT_TRUE(second);
    EXPECT_EQ(taken, false);
    EXPECT_EQ(tasks.size(), 0u);
}

TEST_F(NetDelivery, ACommandThatOutlivesTheConversationMayStillReportOnce)
{
    bool done = false;
    spawn(hand_over(done));
    EXPECT_TRUE(done);
    EXPECT_EQ(offered, 1);
}

} // namespace
} // namespace gatehouse::net
