#pragma once
#include "gateway/base/task_group.hpp"
#include "protocols/modbus/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/fake_modbus.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace gatehouse::modbus {

using namespace std::chrono_literals;

// Everything wired as in the sheet's §4.
inline const std::string whole_gate = R"(
[[gate]]
open = 0
close = 1
stop = 2
hold = 3
up = 0
down = 1
loop_entry = 2
loop_safety = 3
fault = 4
manual = 5
)";

// One driver, one scripted board with a barrier behind it.
class ModbusSession : public testing::Test {
protected:
    void start(const std::string& keys = "", const std::string& gate = whole_gate)
    {
        config::DeviceConfig config;
        config.id = "gate-1";
        config.protocol = "modbus";
        config.kind = "barrier";
        config.address = address;
        device::DriverContext context{
            io.get_executor(), clock, random, device, metrics, memory, {}, {}, {}, 480min, "192.0.2.1", 8090};
        context.sink = [this](model::Event event) { return take(std::move(event)); };
        context.taken = [this](const std::string& command_id) { taken.push_back(command_id); };
        driver = make_driver(config, config::Table::parse(keys + "\n" + gate, "test.toml", issues),
                             std::move(context));
        for (const auto& issue : issues)
            ADD_FAILURE() << config::to_string(issue);
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        pass(300ms);
    }

    void stop()
    {
        inside([this] {
            if (tasks) tasks->cancel();
        });
        pass(5s);
        EXPECT_TRUE(!tasks || tasks->size() == 0);
        tasks.reset();
        driver.reset();
    }

    void TearDown() override
    {
        stop();
        inside([this] { device.stop(); });
        pass(10s);
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
        if (sink_refuses > 0) {
            --sink_refuses;
            co_return base::Errc::overloaded;
        }
        events.push_back(std::move(event));
        co_return base::Result<void>();
    }

    template <class Body>
    std::vector<Body> of() const
    {
        std::vector<Body> found;
        for (const auto& event : events)
            if (const auto* body = std::get_if<Body>(&event.body)) found.push_back(*body);
        return found;
    }

    std::vector<model::LinkState> links() const
    {
        std::vector<model::LinkState> states;
        for (const auto& link : of<model::DeviceLink>())
            states.push_back(link.state);
        return states;
    }

    std::vector<model::BarrierPosition> positions() const
    {
        std::vector<model::BarrierPosition> found;
        for (const auto& moved : of<model::BarrierMoved>())
            found.push_back(moved.position);
        return found;
    }

    // "blocked on", "blocked off"
    std::vector<std::string> faults() const
    {
        std::vector<std::string> found;
        for (const auto& fault : of<model::BarrierFault>())
            found.push_back(fault.fault + (fault.active ? " on" : " off"));
        return found;
    }

    // Runs one call of the driver beside the others; the answer is there once it is done.
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

    std::shared_ptr<std::optional<model::Outcome>>
    order(model::Action action, std::map<std::string, std::string> args = {}, int output = 1)
    {
        model::Command command;
        command.id = "c1";
        command.action = action;
        command.output = output;
        command.args = std::move(args);
        return ask(driver->execute(std::move(command)));
    }

    model::Outcome command(model::Action action, std::chrono::milliseconds span = 12s,
                           std::map<std::string, std::string> args = {}, int output = 1)
    {
        const auto answer = order(action, std::move(args), output);
        if (!*answer) pass(span);
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(model::Outcome{});
    }

    model::Outcome open(std::chrono::milliseconds span = 12s)
    {
        return command(model::Action::barrier_open, span);
    }
    model::Outcome close(std::chrono::milliseconds span = 12s)
    {
        return command(model::Action::barrier_close, span);
    }

    std::uint64_t counted(const std::string& name, const std::string& reason = "")
    {
        base::Labels labels{{"device", "gate-1"}};
        if (!reason.empty()) labels.emplace_back("reason", reason);
        return metrics.counter(name, "", labels).value();
    }

    // What the board is told: press relay for 500 ms, as a board that times pulses hears it.
    static fakes::FakeModbus::Pdu pulse(int relay) { return {5, 2, static_cast<std::uint8_t>(relay), 0, 5}; }
    static fakes::FakeModbus::Pdu off(int relay) { return {5, 0, static_cast<std::uint8_t>(relay), 0, 0}; }
    static fakes::FakeModbus::Pdu on(int relay) { return {5, 0, static_cast<std::uint8_t>(relay), 0xff, 0}; }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    std::string address = "tcp://192.0.2.31";
    fakes::FakeModbus device{io.get_executor(), clock};
    config::Issues issues;
    std::vector<model::Event> events;
    std::vector<std::string> taken; // command ids the board acknowledged
    int sink_refuses = 0;
    std::unique_ptr<device::Driver> driver;
    std::unique_ptr<base::TaskGroup> tasks;
};

} // namespace gatehouse::modbus
