#include "protocols/net/udp_port.hpp"

#include "gateway/base/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>

namespace gatehouse::net {
namespace {

using namespace std::chrono_literals;

class UdpPortTest : public testing::Test {
protected:
    std::unique_ptr<base::DatagramPort> open(std::uint16_t port = 0)
    {
        const base::Endpoint local{"127.0.0.1", port};
        auto opened = UdpPort::open(io.get_executor(), local);
        if (!opened) error = opened.error();
        return opened ? std::move(*opened) : nullptr;
    }
    asio::awaitable<void> listen(base::DatagramPort& port)
    {
        auto next = co_await port.receive();
        if (next)
            heard = std::move(*next);
        else
            error = next.error();
    }
    asio::awaitable<void> tell(base::DatagramPort& port, base::Endpoint to)
    {
        const std::string text = "knock";
        const auto bytes = std::as_bytes(std::span(text));
        const auto sent = co_await port.send(std::move(to), bytes);
        if (!sent) error = sent.error();
    }
    void run_until(const std::function<bool()>& done)
    {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < limit)
            io.run_one_for(20ms);
        ASSERT_TRUE(done());
    }

    asio::io_context io;
    base::TaskGroup tasks{io.get_executor()};
    base::Datagram heard;
    base::error_code error;
};

TEST_F(UdpPortTest, ADatagramArrivesWithTheAddressOfItsSender)
{
    const auto here = open();
    const auto there = open();
    tasks.spawn("listen", listen(*there));
    tasks.spawn("tell", tell(*here, there->local()));
    run_until([this] { return tasks.size() == 0; });
    EXPECT_FALSE(error) << error.message();
    EXPECT_EQ(heard.bytes.size(), 5u);
    EXPECT_EQ(heard.from, here->local());
}

TEST_F(UdpPortTest, APortThatIsTakenAndAHostThatIsNoAddressAreErrors)
{
    const auto here = open();
    EXPECT_EQ(open(here->local().port), nullptr);
    EXPECT_EQ(error, boost::asio::error::address_in_use);
    const base::Endpoint name{"localhost", 0};
    const auto opened = UdpPort::open(io.get_executor(), name);
    EXPECT_EQ(opened.error(), base::Errc::bad_input);
}

TEST_F(UdpPortTest, ACancelledReceiveLeavesThePortUsable)
{
    const auto here = open();
    {
        base::TaskGroup group(io.get_executor());
        group.spawn("listen", listen(*here));
        io.poll();
        group.cancel();
        run_until([&] { return group.size() == 0; });
    }
    tasks.spawn("listen", listen(*here));
    tasks.spawn("tell", tell(*here, here->local()));
    run_until([this] { return tasks.size() == 0; });
    EXPECT_EQ(heard.bytes.size(), 5u);
}

} // namespace
} // namespace gatehouse::net
