#pragma once
#include "gateway/base/task_group.hpp"
#include "protocols/vzenith/driver.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_memory.hpp"
#include "tests/fakes/fake_vzenith.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace gatehouse::vzenith {

using namespace std::chrono_literals;

// A report of a vehicle as it is posted, spelled as the manual of 2018 spells it.
struct Post {
    std::string license = "沪A12345";
    int plate_id = 123;
    int offline = 0;
    std::int64_t sec = 1'767'225'600; // the fixture's clock at its start
    int usec = 672'241;
    int trigger = 1;
    std::string serial = "d85b1269-8f942256";
    std::string extra{}; // further members of the result, each with its comma

    [[nodiscard]] std::string text() const
    {
        return R"({"AlarmInfoPlate":{"channel":0,"deviceName":"IVS","ipaddr":"192.0.2.41","result":{"PlateResult":{)"
               R"("carBright":0,"carColor":0,"colorType":1,"confidence":96,"direction":4,)" +
               extra + R"("isoffline":)" + std::to_string(offline) + R"(,"license":")" + license +
               R"(","plateid":)" + std::to_string(plate_id) + R"(,"timeStamp":{"Timeval":{"sec":)" +
               std::to_string(sec) + R"(,"usec":)" + std::to_string(usec) + R"(}},"triggerType":)" +
               std::to_string(trigger) + R"(,"type":1}},"serialno":")" + serial + R"("}})";
    }
};

// One driver, one camera in memory, a sink that recognises repeats as the journal does, and a gate that opens
// for what is announced early when `gate_opens` says so.
class VzenithSession : public testing::Test {
protected:
    void start(const std::string& keys = "")
    {
        config::DeviceConfig config;
        config.id = "dev-1";
        config.protocol = "vzenith";
        config.kind = "plate";
        config.address = "tcp://192.0.2.41";
        driver = make_driver(config, config::Table::parse(keys, "test.toml", issues), context());
        tasks = std::make_unique<base::TaskGroup>(io.get_executor());
        tasks->spawn("driver", driver->run());
        settle();
    }

    device::DriverContext context()
    {
        device::DriverContext made{
            io.get_executor(), clock, random, camera, metrics, memory, {}, {}, {}, 480min, "192.0.2.1", 8090};
        made.sink = [this](model::Event event) { return take(std::move(event)); };
        made.early = [this](const model::Event& event) { note_early(event); };
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
        inside([this] { camera.stop(); });
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
        if (!event.device_key.empty() && !keys_seen.insert(event.device_key).second) {
            ++repeats;
            co_return base::Result<void>();
        }
        events.push_back(std::move(event));
        co_return base::Result<void>();
    }

    // What access does: decides at once, orders at once, once for each record.
    void note_early(const model::Event& event)
    {
        early.push_back(event);
        if (!gate_opens || !keys_opened.insert(event.device_key).second) return;
        model::Command command;
        command.id = "open-" + event.device_record;
        command.action = model::Action::barrier_open;
        command.args["reader"] = "dev-1";
        command.args["record"] = event.device_record.empty() ? event.device_key : event.device_record;
        command.args.insert(order_words.begin(), order_words.end());
        asio::co_spawn(io, driver->execute(std::move(command)),
                       [this](std::exception_ptr failure, model::Outcome out) {
                           if (!failure) outcomes.push_back(std::move(out));
                       });
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

    std::vector<std::string> plates() const
    {
        std::vector<std::string> found;
        for (const auto& event : of<model::VehiclePassage>())
            found.push_back(std::get<model::VehiclePassage>(event.body).plate.text);
        return found;
    }

    std::vector<model::LinkState> links() const
    {
        std::vector<model::LinkState> states;
        for (const auto& event : of<model::DeviceLink>())
            states.push_back(std::get<model::DeviceLink>(event.body).state);
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

    // Begins an order that can be called off.
    struct Begun {
        std::optional<model::Outcome> outcome;
        asio::cancellation_signal off;
    };
    std::shared_ptr<Begun> begin_order(std::map<std::string, std::string> args = {}, int output = 1)
    {
        model::Command order;
        order.id = "order";
        order.action = model::Action::barrier_open;
        order.output = output;
        order.args = std::move(args);
        auto begun = std::make_shared<Begun>();
        const auto done = [begun](std::exception_ptr failure, model::Outcome outcome) {
            if (!failure) begun->outcome = std::move(outcome);
        };
        asio::co_spawn(io, driver->execute(std::move(order)),
                       asio::bind_cancellation_slot(begun->off.slot(), done));
        return begun;
    }

    // The camera hangs up before it is answered.
    void hang_up_post(const std::string& body, std::chrono::milliseconds after)
    {
        device::PushRequest request;
        request.method = "POST";
        request.target = "/push/dev-1";
        request.remote = "192.0.2.41";
        request.body = body;
        base::TaskGroup posts(io.get_executor());
        posts.spawn("post", unheard(driver->on_push(std::move(request))));
        pass(after);
        inside([&] { posts.cancel(); });
        EXPECT_EQ(posts.size(), 0U);
    }
    static asio::awaitable<void> unheard(asio::awaitable<device::PushReply> post)
    {
        (void)co_await std::move(post);
    }

    std::shared_ptr<std::optional<device::PushReply>> begin_post(const std::string& body,
                                                                 const std::string& remote = "192.0.2.41")
    {
        device::PushRequest request;
        request.method = "POST";
        request.target = "/push/dev-1";
        request.remote = remote;
        request.body = body;
        return ask(driver->on_push(std::move(request)));
    }

    // The camera posts, waits, and does what the answer says.
    device::PushReply post(const std::string& body, std::chrono::milliseconds patience = 2s)
    {
        const auto answer = begin_post(body);
        const auto end = clock.now() + patience;
        while (!*answer && clock.now() < end)
            pass(5ms);
        EXPECT_TRUE(answer->has_value());
        if (*answer) camera.hear((*answer)->body);
        return answer->value_or(device::PushReply{});
    }

    model::Outcome command(model::Action action, std::map<std::string, std::string> args = {}, int output = 1,
                           std::chrono::milliseconds span = 10s)
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

    std::uint64_t counted(const std::string& name, const std::string& reason = {})
    {
        base::Labels labels{{"device", "dev-1"}};
        if (!reason.empty()) labels.emplace_back("reason", reason);
        return metrics.counter("gatehouse_vzenith_" + name + "_total", "", labels).value();
    }

    [[nodiscard]] std::int64_t now_sec() const { return clock.wall().time_since_epoch() / 1s; }

    asio::io_context io;
    fakes::ManualClock clock;
    base::Random random{7};
    fakes::CountingMetrics metrics;
    fakes::FakeMemory memory;
    fakes::FakeVzenith camera{io.get_executor(), clock};
    config::Issues issues;
    std::vector<model::Event> events; // as journalled
    std::vector<model::Event> early;
    std::vector<device::DeviceWrite> writes; // as audited
    std::vector<std::string> taken;          // command ids the camera has taken
    std::vector<model::Outcome> outcomes;    // of what access ordered
    std::set<std::string> keys_seen;
    std::set<std::string> keys_opened;
    std::map<std::string, std::string> order_words;
    int repeats = 0;
    std::chrono::milliseconds sink_takes{0};
    bool our_clock_kept = true;
    bool gate_opens = false;
    int sink_refuses = 0;
    std::unique_ptr<device::Driver> driver;
    std::unique_ptr<base::TaskGroup> tasks;
};

} // namespace gatehouse::vzenith
