#include "gateway/device/prober.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace gatehouse::device {
namespace {

using namespace std::chrono_literals;

// What the device would do, and what was done with it.
struct Manner {
    bool takes_password = true;
    bool needs_conversation = false;
    bool answers = true;
    bool faulty = false;
    int tests = 0;
    int conversations = 0;
    int alive = 0;
};

class MannerlyDriver final : public Driver {
public:
    MannerlyDriver(Manner& manner, DriverContext context) : manner_(manner), context_(std::move(context))
    {
        ++manner_.alive;
    }
    ~MannerlyDriver() override { --manner_.alive; }

    asio::awaitable<void> run() override
    {
        ++manner_.conversations;
        co_await context_.clock.sleep_for(1s);
        connected_ = true;
        co_await context_.clock.sleep_for(1000h);
    }
    asio::awaitable<model::Outcome> execute(model::Command) override { co_return model::Outcome(); }
    asio::awaitable<PushReply> on_push(PushRequest) override { co_return PushReply(); }
    asio::awaitable<std::vector<TestStep>> self_test() override
    {
        ++manner_.tests;
        if (manner_.faulty) throw std::runtime_error("codec went mad");
        if (!manner_.answers) co_await context_.clock.sleep_for(1000h);
        std::vector<TestStep> steps;
        if (manner_.needs_conversation)
            steps.push_back(test_step("connection", connected_, "", "check the cable"));
        else
            steps.push_back(test_step("password", manner_.takes_password, "", "correct it"));
        co_return steps;
    }
    [[nodiscard]] DeviceStatus status() const override
    {
        DeviceStatus status;
        status.model = "DS-1";
        return status;
    }

private:
    Manner& manner_;
    DriverContext context_;
    bool connected_ = false;
};

class Probing : public testing::Test {
protected:
    Probing()
        : prober({.executor = io.get_executor(),
                  .clock = clock,
                  .random = random,
                  .connector = connector,
                  .metrics = metrics,
                  .make = [this](const config::DeviceConfig& device, config::Table,
                                 DriverContext context) -> std::unique_ptr<Driver> {
                      if (device.protocol == "unknown") return nullptr;
                      return std::make_unique<MannerlyDriver>(manner, std::move(context));
                  }})
    {
    }
    std::optional<base::Result<ProbeReport>> probe(const std::string& password, bool wait = true)
    {
        config::DeviceConfig device;
        device.protocol = protocol;
        device.address = "http://192.0.2.1";
        device.password = base::Secret(password);
        auto found = std::make_shared<std::optional<base::Result<ProbeReport>>>();
        asio::co_spawn(io, prober.probe(device, config::Table::parse("", "", issues)),
                       [found](std::exception_ptr, base::Result<ProbeReport> report) { *found = report; });
        settle();
        for (int i = 0; wait && i < 250 && !*found; ++i) {
            clock.advance(100ms);
            settle();
        }
        return *found;
    }
    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    fakes::MemoryConnector connector{io.get_executor()};
    fakes::CountingMetrics metrics;
    config::Issues issues;
    Manner manner;
    std::string protocol = "polite";
    Prober prober;
};

TEST_F(Probing, TellsTheChecksOfTheDeviceAndKeepsNothingOfIt)
{
    const auto report = probe("right");
    ASSERT_TRUE(report && *report);
    ASSERT_EQ((*report)->steps.size(), 1U);
    EXPECT_TRUE((*report)->steps[0].passed);
    EXPECT_EQ((*report)->status.model, "DS-1");
    EXPECT_EQ(manner.conversations, 0) << "a device was spoken to that only had to be asked";
    EXPECT_EQ(manner.alive, 0);
}

TEST_F(Probing, SendsARefusedPasswordOnce)
{
    manner.takes_password = false;
    EXPECT_FALSE((*probe("wrong"))->steps.at(0).passed);
    EXPECT_FALSE((*probe("wrong"))->steps.at(0).passed);
    EXPECT_EQ(manner.tests, 1) << "it was tried again";
    manner.takes_password = true;
    EXPECT_TRUE((*probe("another"))->steps.at(0).passed);
    clock.advance(31min);
    EXPECT_TRUE((*probe("wrong"))->steps.at(0).passed);
}

TEST_F(Probing, BeginsTheConversationOfALanguageThatHasNothingElse)
{
    manner.needs_conversation = true;
    const auto report = probe("right");
    ASSERT_TRUE(report && *report);
    EXPECT_TRUE((*report)->steps.at(0).passed);
    EXPECT_EQ(manner.conversations, 1);
    EXPECT_EQ(manner.alive, 0);
}

TEST_F(Probing, EndsAfterTwentySecondsAndTakesTheNext)
{
    manner.answers = false;
    ASSERT_FALSE(probe("right", false));
    EXPECT_EQ((*probe("right", false)).error(), base::Errc::busy);
    clock.advance(20s);
    settle();
    EXPECT_EQ(manner.alive, 0);
    manner.answers = true;
    EXPECT_TRUE(probe("right")->has_value());
}

TEST_F(Probing, SurvivesADriverThatFails)
{
    manner.faulty = true;
    EXPECT_EQ((*probe("right"))->steps.at(0).name, "checks");
    protocol = "unknown";
    EXPECT_EQ((*probe("right")).error(), base::Errc::unsupported);
}

} // namespace
} // namespace gatehouse::device
