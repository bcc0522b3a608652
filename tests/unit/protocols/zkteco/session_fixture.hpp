#pragma once
#include "gateway/base/task_group.hpp"
#include "protocols/net/session_token.hpp"
#include "protocols/zkteco/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/fake_zkteco.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <set>

namespace gatehouse::zkteco {

using namespace std::chrono_literals;

class NoConnector final : public base::Connector {
public:
    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target) override
    {
        co_return base::Errc::unreachable;
    }
};

// One driver, one device that calls it, a sink that recognises repeats as the journal does.
class ZktecoSession : public testing::Test {
protected:
    void start(const std::string& keys = "")
    {
        config::DeviceConfig config;
        config.id = "dev-1";
        config.protocol = "zkteco";
        config.kind = "face";
        config.address = "http://192.0.2.41";
        auto table = config::Table::parse("serial = \"BOCK200961014\"\n" + keys, "test.toml", issues);
        driver = make_driver(config, std::move(table), context());
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        device.md5 = [](const std::string& text) { return net::md5_hex(text); };
        settle();
    }

    device::DriverContext context()
    {
        device::DriverContext made{
            io.get_executor(), clock, random, connector, metrics, memory, {}, {}, {}, 480min,
            "192.0.2.1",       8090};
        made.sink = [this](model::Event event) { return take(std::move(event)); };
        made.early = [this](const model::Event& event) { early.push_back(event); };
        made.clock_synced = [this] { return our_clock_kept; };
        made.taken = [this](const std::string& command_id) { taken.push_back(command_id); };
        made.written = [this](device::DeviceWrite write) { return note(std::move(write)); };
        return made;
    }

    void stop()
    {
        asio::post(io, [this] {
            if (tasks) tasks->cancel();
        });
        pass(1s);
        EXPECT_TRUE(!tasks || tasks->size() == 0);
        tasks.reset();
        driver.reset();
    }
    void TearDown() override { stop(); }

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

    // What the device is answered.
    device::PushReply say(device::PushRequest request)
    {
        const auto answer = ask(driver->on_push(std::move(request)));
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(device::PushReply{});
    }

    // One call for commands and everything that follows from them.
    void call(bool with_info = false)
    {
        device.take_commands(say(device.poll(with_info)).body);
        while (!device.due.empty()) {
            auto request = std::move(device.due.front());
            device.due.pop_front();
            say(std::move(request));
        }
    }

    // The device goes on calling.
    void calls(int times, std::chrono::milliseconds every = 5s)
    {
        for (int i = 0; i < times; ++i) {
            pass(every);
            call();
        }
    }

    // As persons come over a minute or more.
    void punches(int count)
    {
        for (int i = 0; i < count; ++i) {
            if (i > 0) pass(21s);
            say(device.punch(std::to_string(i)));
        }
    }

    void greet() { device.take_options(say(device.hello()).body); }
    void enrol()
    {
        device.access = true;
        greet();
        device.take_options(say(device.registration()).body);
        device.take_options(say(device.post("push", "", "")).body);
    }

    model::Outcome command(model::Action action, std::map<std::string, std::string> args = {}, int output = 1)
    {
        model::Command command;
        command.id = "order";
        command.action = action;
        command.output = output;
        command.args = std::move(args);
        const auto answer = ask(driver->execute(std::move(command)));
        for (int i = 0; i < 30 && !*answer; ++i) {
            if (device_calls) call();
            if (!*answer) pass(1s);
        }
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(model::Outcome{});
    }

    template <class T>
    T wait(asio::awaitable<T> work)
    {
        const auto answer = ask(std::move(work));
        for (int i = 0; i < 120 && !*answer; ++i) {
            if (device_calls) call();
            if (!*answer) pass(1s);
        }
        if (!*answer) throw std::runtime_error("no answer");
        return std::move(**answer);
    }

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

    asio::awaitable<base::Result<void>> take(model::Event event)
    {
        if (sink_refuses > 0) {
            --sink_refuses;
            co_return refuses_with;
        }
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

    std::vector<model::LinkState> links() const
    {
        std::vector<model::LinkState> states;
        for (const auto& event : of<model::DeviceLink>())
            states.push_back(std::get<model::DeviceLink>(event.body).state);
        return states;
    }

    std::uint64_t odd(const std::string& what)
    {
        return metrics
            .counter("gatehouse_zkteco_requests_odd_total", "", {{"device", "dev-1"}, {"reason", what}})
            .value();
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    NoConnector connector;
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    fakes::FakeZkteco device{clock};
    config::Issues issues;
    std::vector<model::Event> events; // as journalled
    std::vector<model::Event> early;
    std::vector<device::DeviceWrite> writes; // as audited
    std::vector<std::string> taken;          // command ids the device acknowledged
    std::set<std::string> keys_seen;
    int repeats = 0;
    int sink_refuses = 0;
    base::Errc refuses_with = base::Errc::overloaded;
    bool our_clock_kept = true;
    bool device_calls = true;
    std::unique_ptr<device::Driver> driver;
    std::unique_ptr<base::TaskGroup> tasks;
};

} // namespace gatehouse::zkteco
