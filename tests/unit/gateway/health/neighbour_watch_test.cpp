#include "gateway/health/neighbour_watch.hpp"

#include "gateway/base/task_group.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace gatehouse::health {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr auto heading = "IP address       HW type     Flags       HW address            Mask     Device\n";

std::string line(const std::string& address, const std::string& card, const std::string& flags = "0x2")
{
    return address + "     0x1         " + flags + "         " + card + "     *        eth1\n";
}

TEST(Neighbours, AreReadFromTheKernelsTable)
{
    const auto found = neighbours(
        heading + line("192.0.2.21", "aa:bb:cc:00:00:01") + line("192.0.2.22", "00:00:00:00:00:00", "0x0") +
        "192.0.2.23     0x20         0x2         80:00     *        ib0\n192.0.2.24");
    EXPECT_THAT(found, ElementsAre(Pair("192.0.2.21", "aa:bb:cc:00:00:01")));
    EXPECT_THAT(neighbours(""), IsEmpty());
    EXPECT_THAT(neighbours("\n\n   \n"), IsEmpty());
}

class NeighbourWatchTest : public testing::Test {
protected:
    NeighbourWatchTest() { start(); }
    ~NeighbourWatchTest() override { stop(); }
    void start()
    {
        NeighbourWatch::Ports ports{
            .clock = clock,
            .store = store,
            .read = [this]() -> base::Result<std::string> { return table; },
            .devices = [this] { return devices; },
            .report = [this](std::string device,
                             std::string change) { return note(std::move(device), std::move(change)); }};
        watch = std::make_unique<NeighbourWatch>(std::move(ports));
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("watch", watch->run());
        settle();
    }
    void stop()
    {
        tasks->cancel();
        settle();
        tasks.reset();
        watch.reset();
    }
    asio::awaitable<void> note(std::string device, std::string change)
    {
        told.push_back(device + ": " + change);
        co_return;
    }
    void sees(const std::string& address, const std::string& card)
    {
        table = heading + line(address, card);
        clock.advance(30s);
        settle();
    }
    void settle()
    {
        for (int i = 0; i < 20; ++i) {
            io.restart();
            io.poll();
        }
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::FakeStore store{io.get_executor()};
    std::string table = heading;
    std::vector<std::pair<std::string, std::string>> devices{{"lpr-1", "192.0.2.21"},
                                                             {"face-1", "192.0.2.22"}};
    std::vector<std::string> told;
    std::unique_ptr<NeighbourWatch> watch;
    std::unique_ptr<base::TaskGroup> tasks;
};

TEST_F(NeighbourWatchTest, TellsOnceThatAnotherCardAnswersAlsoAfterARestart)
{
    sees("192.0.2.21", "aa:bb:cc:00:00:01");
    sees("192.0.2.21", "aa:bb:cc:00:00:01");
    EXPECT_THAT(told, IsEmpty());
    stop();
    start();
    sees("192.0.2.21", "aa:bb:cc:00:00:02");
    sees("192.0.2.21", "aa:bb:cc:00:00:02");
    EXPECT_THAT(told, ElementsAre("lpr-1: aa:bb:cc:00:00:01 -> aa:bb:cc:00:00:02"));
}

TEST_F(NeighbourWatchTest, LearnsAnewWhenADeviceIsConfiguredAtAnotherAddress)
{
    sees("192.0.2.21", "aa:bb:cc:00:00:01");
    devices = {{"lpr-1", "192.0.2.31"}};
    sees("192.0.2.31", "aa:bb:cc:00:00:09");
    sees("192.0.2.99", "aa:bb:cc:00:00:0a"); // nobody of ours
    EXPECT_THAT(told, IsEmpty());
}

} // namespace
} // namespace gatehouse::health
