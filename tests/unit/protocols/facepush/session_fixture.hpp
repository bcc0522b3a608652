#pragma once
#include "gateway/base/task_group.hpp"
#include "protocols/facepush/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/fake_uface.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

namespace gatehouse::facepush {

using namespace std::chrono_literals;

// One driver, one terminal in memory, a sink that recognises repeats as the journal does.
class Sitting : public testing::Test {
protected:
    void start(const std::string& keys = "")
    {
        config::DeviceConfig config;
        config.id = "dev-1";
        config.protocol = "facepush";
        config.kind = "face";
        config.address = address;
        config.password = base::Secret("12345678");
        driver = make_driver(config, config::Table::parse(keys, "test.toml", issues), context());
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        settle();
    }

    virtual device::DriverContext context()
    {
        device::DriverContext made{
            io.get_executor(), clock, random, terminal, metrics, memory, {}, {}, {}, 480min,
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
        inside([this] { terminal.stop(); });
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

    template <class T>
    T asked(asio::awaitable<T> work, std::chrono::milliseconds span = 40s)
    {
        const auto answer = ask(std::move(work));
        if (!*answer) pass(span);
        EXPECT_TRUE(answer->has_value());
        return answer->value_or(T{});
    }

    model::Outcome command(model::Action action, std::map<std::string, std::string> args = {}, int output = 1)
    {
        model::Command order;
        order.id = "order";
        order.action = action;
        order.output = output;
        order.args = std::move(args);
        return asked(driver->execute(std::move(order)));
    }

    device::PushReply push(std::string target, std::string body, std::string remote = "192.0.2.41")
    {
        device::PushRequest request;
        request.method = body.empty() ? "GET" : "POST";
        request.target = "/push/dev-1/" + std::move(target);
        request.remote = std::move(remote);
        request.body = std::move(body);
        return asked(driver->on_push(std::move(request)));
    }

    std::string millis(std::chrono::milliseconds ago = 0ms) const
    {
        return std::to_string((clock.wall() - ago).time_since_epoch().count());
    }

    // A callback as the recorded one, of a person at this time.
    std::string record(const std::string& person, std::chrono::milliseconds ago = 0ms,
                       const std::string& type = "face_0") const
    {
        return "deviceKey=8DA5A59CF625F562&type=" + type + "&personId=" + person + "&time=" + millis(ago) +
               "&temperature=-1.0&mask=-1&idcardNum=";
    }

    void heartbeat(std::chrono::milliseconds ago = 0ms)
    {
        (void)push("heartbeat",
                   "deviceKey=8DA5A59CF625F562&personCount=3&faceCount=2&version=1.2&time=" + millis(ago));
    }

    template <class Body>
    std::vector<model::Event> of() const
    {
        std::vector<model::Event> found;
        for (const auto& event : events)
            if (std::holds_alternative<Body>(event.body)) found.push_back(event);
        return found;
    }

    // Good until there is another one.
    const std::vector<model::Event>& people() const
    {
        auto found = of<model::AccessAttempt>();
        if (found.size() != people_.size()) people_ = std::move(found);
        return people_;
    }
    static const model::AccessAttempt& attempt(const model::Event& event)
    {
        return std::get<model::AccessAttempt>(event.body);
    }

    std::vector<model::LinkState> links() const
    {
        std::vector<model::LinkState> states;
        for (const auto& event : of<model::DeviceLink>())
            states.push_back(std::get<model::DeviceLink>(event.body).state);
        return states;
    }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    std::string address = "http://192.0.2.41:8090";
    fakes::FakeUface terminal{io.get_executor(), clock};
    config::Issues issues;
    std::vector<model::Event> events; // as journalled
    std::vector<model::Event> early;
    std::vector<device::DeviceWrite> writes; // as audited
    std::vector<std::string> taken;          // command ids the terminal acknowledged
    std::set<std::string> keys_seen;
    int repeats = 0;
    bool our_clock_kept = true;
    int sink_refuses = 0;
    std::unique_ptr<device::Driver> driver;
    std::unique_ptr<base::TaskGroup> tasks;

private:
    mutable std::vector<model::Event> people_;
};

} // namespace gatehouse::facepush
