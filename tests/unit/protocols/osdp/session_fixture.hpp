#pragma once
#include "gateway/base/task_group.hpp"
#include "protocols/osdp/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/fake_osdp.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace gatehouse::osdp {

using namespace std::chrono_literals;

// One driver, one line in memory. Reader 1 at address 0 unlocks door 1; `two` adds reader 2 at address 5.
class OsdpSession : public testing::Test {
protected:
    inline static const std::string one = "[[reader]]\ndoor_output = 0\n";
    inline static const std::string two = one + "[[reader]]\naddress = 5\ndoor = 2\ndoor_output = 1\n";
    inline static const std::string key = "00112233445566778899aabbccddeeff";
    inline static const std::string own_key = one + "key = \"00112233445566778899aabbccddeeff\"\n";

    OsdpSession() { line.readers[0]; }

    void start(const std::string& readers = one, std::chrono::milliseconds settle_for = 500ms)
    {
        if (readers.find("address = 5") != std::string::npos) line.readers[5];
        config::DeviceConfig config;
        config.id = "line-1";
        config.protocol = "osdp";
        config.kind = "controller";
        config.address = "tcp://192.0.2.31:4196";
        device::DriverContext context{
            io.get_executor(), clock, random, line, metrics, memory, {}, {}, {}, 480min, "192.0.2.1", 8090};
        context.sink = [this](model::Event event) { return take(std::move(event)); };
        context.early = [this](const model::Event& event) { early.push_back(event); };
        context.taken = [this](const std::string& id) { taken.push_back(id); };
        context.written = [this](device::DeviceWrite write) { return note(std::move(write)); };
        issues.clear();
        driver = make_driver(config, config::Table::parse(readers, "test.toml", issues), std::move(context));
        for (const auto& issue : issues)
            if (!issue.warning) ADD_FAILURE() << config::to_string(issue); // a key in the file is warned of
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        pass(settle_for);
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
        inside([this] { line.stop(); });
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
        if (sink_takes > 0ms) co_await clock.sleep_for(sink_takes);
        if (sink_refuses > 0) {
            --sink_refuses;
            co_return base::Errc::overloaded;
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

    // "reader 2 off", "reader 2 on", "case tampered", "case untouched"
    std::vector<std::string> conditions() const
    {
        std::vector<std::string> found;
        for (const auto& event : events) {
            if (const auto* health = std::get_if<model::DeviceHealth>(&event.body))
                found.push_back(health->what + (health->ok ? " right" : " wrong"));
            if (const auto* tamper = std::get_if<model::Tamper>(&event.body))
                found.push_back(tamper->part + (tamper->active ? " tampered" : " untouched"));
        }
        return found;
    }

    std::vector<std::string> cards() const
    {
        std::vector<std::string> found;
        for (const auto& attempt : of<model::AccessAttempt>())
            found.push_back(attempt.card);
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

    model::Outcome command(model::Action action, std::map<std::string, std::string> args = {}, int output = 1,
                           std::chrono::milliseconds span = 10s)
    {
        model::Command command;
        command.id = "c1";
        command.action = action;
        command.output = output;
        command.args = std::move(args);
        const auto answer = ask(driver->execute(std::move(command)));
        const auto end = clock.now() + span;
        while (!*answer && clock.now() < end)
            pass(10ms);
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(model::Outcome{});
    }

    model::Outcome open(int output = 1) { return command(model::Action::door_open, {}, output); }

    std::uint64_t counted(const std::string& name, const std::string& reason = "")
    {
        base::Labels labels{{"device", "line-1"}};
        if (!reason.empty()) labels.emplace_back("reason", reason);
        return metrics.counter(name, "", labels).value();
    }

    std::string fact(const std::string& name) { return driver->status().facts[name]; }
    fakes::FakeReader& reader(int address = 0) { return line.readers[address]; }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    fakes::FakeOsdp line{io.get_executor(), clock};
    config::Issues issues;
    std::vector<model::Event> events;
    std::vector<model::Event> early;
    std::vector<std::string> taken; // command ids a reader acknowledged
    std::vector<device::DeviceWrite> writes;
    std::chrono::milliseconds sink_takes{0};
    int sink_refuses = 0;
    std::unique_ptr<device::Driver> driver;
    std::unique_ptr<base::TaskGroup> tasks;
};

} // namespace gatehouse::osdp
