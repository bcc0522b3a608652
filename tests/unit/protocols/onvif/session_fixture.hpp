#pragma once
#include "gateway/base/task_group.hpp"
#include "protocols/onvif/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/fake_onvif.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/said_eyes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <set>

namespace gatehouse::onvif {

using namespace std::chrono_literals;

// One driver, one device in memory, a sink that recognises repeats as the journal does.
class OnvifSession : public testing::Test {
protected:
    void start(const std::string& keys = "")
    {
        config::DeviceConfig config;
        config.id = "dev-1";
        config.protocol = "onvif";
        config.kind = device.has_doors ? "controller" : "camera";
        config.address = "http://192.0.2.41";
        config.username = "gatehouse";
        config.password = base::Secret("secret");
        driver = make_driver(config, config::Table::parse(keys, "test.toml", issues), context());
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        settle();
    }

    device::DriverContext context()
    {
        device::DriverContext made{
            io.get_executor(), clock, random, device, metrics, memory, {}, {}, {}, 480min, "192.0.2.1", 8090};
        made.sink = [this](model::Event event) { return take(std::move(event)); };
        made.early = [this](const model::Event& event) { early.push_back(event); };
        made.clock_synced = [this] { return our_clock_kept; };
        made.taken = [this](const std::string& command_id) { taken.push_back(command_id); };
        made.written = [this](device::DeviceWrite write) { return note(std::move(write)); };
        made.eyes = &eyes;
        return made;
    }

    void stop()
    {
        inside([this] {
            if (tasks) tasks->cancel();
        });
        pass(3s);
        EXPECT_TRUE(!tasks || tasks->size() == 0);
        tasks.reset();
        driver.reset();
    }

    void TearDown() override
    {
        stop();
        inside([this] { device.stop(); });
    }

    // On the io thread, as the gateway does everything.
    template <class Work>
    void inside(Work work)
    {
        asio::post(io, std::move(work));
        settle();
    }

    void settle()
    {
        io.restart();
        while (io.poll() > 0) {
        }
    }

    // Time goes on from one due moment to the next.
    void pass(std::chrono::milliseconds span)
    {
        settle();
        const auto end = clock.now() + span;
        while (const auto due = clock.next_due()) {
            if (*due > end) break;
            clock.advance(std::chrono::ceil<std::chrono::milliseconds>(*due - clock.now()));
            settle();
        }
        clock.advance(std::chrono::ceil<std::chrono::milliseconds>(end - clock.now()));
        settle();
    }

    asio::awaitable<base::Result<void>> take(model::Event event)
    {
        if (!event.device_key.empty() && !keys_seen.insert(event.device_key).second) {
            ++repeats;
            co_return base::Result<void>();
        }
        events.push_back(std::move(event));
        co_return base::Result<void>();
    }

    asio::awaitable<void> note(device::DeviceWrite write)
    {
        writes.push_back(std::move(write));
        co_return;
    }

    template <class Body>
    std::vector<model::Event> of() const
    {
        std::vector<model::Event> found;
        for (const auto& event : events)
            if (std::holds_alternative<Body>(event.body)) found.push_back(event);
        return found;
    }

    template <class Body>
    std::vector<Body> bodies() const
    {
        std::vector<Body> found;
        for (const auto& event : events)
            if (const auto* body = std::get_if<Body>(&event.body)) found.push_back(*body);
        return found;
    }

    std::vector<model::LinkState> links() const
    {
        std::vector<model::LinkState> states;
        for (const auto& link : bodies<model::DeviceLink>())
            states.push_back(link.state);
        return states;
    }

    // Runs one call beside the others; the answer is there once it is done.
    template <class T>
    std::shared_ptr<std::optional<T>> ask(asio::awaitable<T> work)
    {
        auto answer = std::make_shared<std::optional<T>>();
        asio::co_spawn(io, std::move(work), [answer](std::exception_ptr failure, T value) {
            if (!failure) answer->emplace(std::move(value));
        });
        settle();
        return answer;
    }

    model::Outcome command(model::Action action, std::map<std::string, std::string> args = {}, int output = 1,
                           std::chrono::milliseconds span = 15s)
    {
        model::Command command;
        command.id = "order";
        command.action = action;
        command.output = output;
        command.args = std::move(args);
        const auto answer = ask(driver->execute(std::move(command)));
        if (!*answer) pass(span);
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(model::Outcome{});
    }

    void happen(const std::string& topic, const std::string& operation,
                const std::vector<std::string>& source, const std::vector<std::string>& data)
    {
        inside([&] { device.tell(topic, operation, source, data); });
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    fakes::SaidEyes eyes;
    fakes::FakeOnvif device{io.get_executor(), clock};
    config::Issues issues;
    std::vector<model::Event> events; // as journalled
    std::vector<model::Event> early;
    std::vector<device::DeviceWrite> writes; // as audited
    std::vector<std::string> taken;          // command ids the device acknowledged
    std::set<std::string> keys_seen;
    int repeats = 0;
    bool our_clock_kept = true;
    std::unique_ptr<device::Driver> driver;
    std::unique_ptr<base::TaskGroup> tasks;
};

} // namespace gatehouse::onvif
