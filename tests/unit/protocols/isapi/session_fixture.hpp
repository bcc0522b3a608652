#pragma once
#include "gateway/base/task_group.hpp"
#include "protocols/isapi/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_isapi.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <set>

namespace gatehouse::isapi {

using namespace std::chrono_literals;

// One driver, one scripted device, a sink that recognises repeats as the journal does.
class IsapiSession : public testing::Test {
protected:
    void start(const std::string& kind, const std::string& keys = "")
    {
        config::DeviceConfig config;
        config.id = "dev-1";
        config.protocol = "isapi";
        config.kind = kind;
        config.address = address;
        config.username = "gatehouse";
        config.password = base::Secret("right");
        device::DriverContext context{
            io.get_executor(), clock, random, device, metrics, memory, {}, {}, {}, 480min, "192.0.2.1", 8090};
        context.sink = [this](model::Event event) { return take(std::move(event)); };
        context.early = [this](const model::Event& event) { early.push_back(event); };
        context.clock_synced = [this] { return our_clock_kept; };
        context.taken = [this](const std::string& command_id) { taken.push_back(command_id); };
        context.written = [this](device::DeviceWrite write) { return note(std::move(write)); };
        driver = make_driver(config, config::Table::parse(keys, "test.toml", issues), std::move(context));
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        settle();
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

    // The same with a device that gives signs of life.
    void pass_alive(std::chrono::milliseconds span)
    {
        for (; span > 10s; span -= 10s) {
            pass(10s);
            device.send_document(device.heartbeat());
            settle();
        }
        pass(span);
    }

    asio::awaitable<base::Result<void>> take(model::Event event)
    {
        if (sink_takes > 0ms) co_await clock.sleep_for(sink_takes);
        if (sink_refuses > 0) {
            --sink_refuses;
            co_return sink_error;
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

    static fakes::FakeIsapi::Reply answering(std::string body, int status = 200)
    {
        fakes::FakeIsapi::Reply reply;
        reply.body = std::move(body);
        reply.status = status;
        return reply;
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

    std::shared_ptr<std::optional<device::PushReply>> push(const std::string& body,
                                                           const std::string& type = "application/xml",
                                                           const std::string& remote = "192.0.2.22")
    {
        device::PushRequest request;
        request.method = "POST";
        request.target = "/push/dev-1";
        request.remote = remote;
        request.content_type = type;
        request.body = body;
        return ask(driver->on_push(std::move(request)));
    }

    model::Outcome command(model::Action action, std::chrono::milliseconds span = 5s,
                           std::map<std::string, std::string> args = {}, int output = 1)
    {
        model::Command command;
        command.action = action;
        command.output = output;
        command.args = std::move(args);
        const auto answer = ask(driver->execute(std::move(command)));
        if (!*answer) pass(span);
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(model::Outcome{});
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    std::string address = "http://192.0.2.22";
    fakes::FakeIsapi device{io.get_executor(), clock};
    config::Issues issues;
    std::vector<model::Event> events; // as journalled
    std::vector<model::Event> early;
    std::vector<device::DeviceWrite> writes; // as audited
    std::vector<std::string> taken;          // command ids the device acknowledged
    std::set<std::string> keys_seen;
    int repeats = 0;
    std::chrono::milliseconds sink_takes{0};
    bool our_clock_kept = true;
    int sink_refuses = 0;
    base::error_code sink_error = base::Errc::overloaded;
    std::unique_ptr<device::Driver> driver;
    std::unique_ptr<base::TaskGroup> tasks;
};

} // namespace gatehouse::isapi
