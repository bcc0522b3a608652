#pragma once
#include "gateway/base/task_group.hpp"
#include "protocols/mqtt/sink.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/unit/protocols/mqtt/broker.hpp"
#include "tests/unit/protocols/mqtt/peer.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::mqtt_test {

using namespace std::chrono_literals;

class CountingMetrics final : public base::Metrics {
    struct PlainCounter final : base::Counter {
        void add(std::uint64_t n) override { sum += n; }
        [[nodiscard]] std::uint64_t value() const override { return sum; }
        std::uint64_t sum = 0;
    };
    struct PlainGauge final : base::Gauge {
        void set(double value) override { now = value; }
        [[nodiscard]] double value() const override { return now; }
        double now = 0;
    };

public:
    base::Counter& counter(std::string_view name, std::string_view, const base::Labels&) override
    {
        return counters_[std::string(name)];
    }
    base::Gauge& gauge(std::string_view name, std::string_view, const base::Labels&) override
    {
        return gauges_[std::string(name)];
    }

private:
    std::map<std::string, PlainCounter> counters_;
    std::map<std::string, PlainGauge> gauges_;
};

class MapMemory final : public device::Memory {
public:
    [[nodiscard]] std::optional<std::string> find(const std::string& key) const override
    {
        const auto found = values.find(key);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    }
    asio::awaitable<base::Result<void>> put(std::string key, std::string value) override
    {
        values[key] = value;
        co_return base::Result<void>();
    }
    std::map<std::string, std::string> values;
};

// One sink on its own loop, driven by the test's thread.
class SinkRunner {
public:
    // Real time without a clock of the test's own.
    explicit SinkRunner(const std::string& url, const std::string& more_keys = {},
                        base::Clock* other_clock = nullptr)
        : clock(other_clock != nullptr ? *other_clock : real_clock)
    {
        config::UpstreamConfig upstream;
        upstream.name = "centre";
        upstream.protocol = "mqtt";
        auto table = config::Table::parse("url = \"" + url + "\"\nwill_delay = \"0s\"\n" + more_keys,
                                          "test.toml", issues);
        sink = mqtt::make_sink(upstream, std::move(table), context());
    }
    ~SinkRunner() { stop(); }

    void start() { tasks.spawn("sink", sink->run()); }
    // Runs the loop until the condition holds; false after the limit.
    template <class Condition>
    bool until(Condition holds, std::chrono::seconds limit = 15s)
    {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > end) return false;
            io.restart();
            io.run_for(2ms);
        }
        return true;
    }
    bool until_ready()
    {
        return until([this] { return sink->ready(); });
    }
    void stop()
    {
        if (tasks.size() == 0) return;
        tasks.cancel();
        until([this] { return tasks.size() == 0; });
    }
    upstream::SinkContext context()
    {
        model::Names names{.site = "zjd-001", .gateway = "gw1", .utc_offset = std::chrono::minutes(480)};
        upstream::Presence presence{.version = "0.1.0",
                                    .since = clock.wall(),
                                    .devices = [this] { return devices; },
                                    .stats = [] { return std::string(R"({"devices":1})"); }};
        return upstream::SinkContext{
            .executor = io.get_executor(),
            .clock = clock,
            .random = random,
            .metrics = metrics,
            .memory = memory,
            .names = names,
            .boot_id = "01KDVYZZZZ0000000000000000",
            .on_command = [this](model::Command command) { return carry_out(std::move(command)); },
            .presence = presence,
            .clock_synced = [this] { return clock_synced; },
            .on_link = [this](bool up, std::string why) { links.emplace_back(up, why); },
            .on_refused = [this](const model::Command& command,
                                 const model::Outcome& why) { refused.emplace_back(command, why); },
            .on_notice = [this](model::SystemNotice notice) { notices.push_back(std::move(notice)); }};
    }
    asio::awaitable<model::Outcome> carry_out(model::Command command)
    {
        commands.push_back(command);
        if (work_time > 0ms) co_await clock.sleep_for(work_time);
        co_return outcome;
    }

    asio::io_context io{1};
    base::SystemClock real_clock;
    base::Clock& clock;
    base::Random random{7};
    CountingMetrics metrics;
    MapMemory memory;
    config::Issues issues;
    std::vector<std::pair<std::string, device::DeviceStatus>> devices{{"gate-1", {}}};
    std::vector<model::Command> commands;
    std::vector<std::pair<model::Command, model::Outcome>> refused;
    std::vector<std::pair<bool, std::string>> links;
    std::vector<model::SystemNotice> notices;
    model::Outcome outcome{
        .status = model::Status::confirmed, .code = {}, .text = "open", .took_ms = 420, .at = {}};
    std::chrono::milliseconds work_time{0};
    bool clock_synced = true;
    base::TaskGroup tasks{io.get_executor()};
    std::unique_ptr<upstream::Sink> sink;
};

// A sink in virtual time: what waits for minutes is tested in a moment. The broker beside it is real.
class TimedSinkRunner {
public:
    explicit TimedSinkRunner(const std::string& url, const std::string& more_keys = {})
        : sink_runner_(url, more_keys, &clock_)
    {
    }
    // The goodbye waits in virtual time too.
    ~TimedSinkRunner()
    {
        sink_runner_.tasks.cancel();
        sink_runner_.until([this] { return pass(100ms), sink_runner_.tasks.size() == 0; });
    }
    SinkRunner* operator->() { return &sink_runner_; }
    void pass(std::chrono::milliseconds span)
    {
        clock_.advance(span);
        sink_runner_.io.restart();
        sink_runner_.io.poll();
    }
    [[nodiscard]] std::string session() { return sink_runner_.memory.values["mqtt/session"]; }

private:
    fakes::ManualClock clock_;
    SinkRunner sink_runner_;
};

inline model::EntryPtr vehicle_entry(std::int64_t seq)
{
    auto entry = std::make_shared<model::Entry>();
    entry->seq = seq;
    entry->boot_id = "01KDVYZZZZ0000000000000000";
    entry->event.id = "01KDVZ3M7Q" + std::string(16 - std::to_string(seq).size(), '0') + std::to_string(seq);
    entry->event.device = "lpr-in-1";
    entry->event.device_record = std::to_string(seq);
    entry->event.occurred_at = base::SystemClock().wall();
    entry->event.received_at = entry->event.occurred_at;
    model::VehiclePassage passage;
    passage.plate.text = "沪A12345";
    entry->event.body = passage;
    entry->type = model::type_of(entry->event.body);
    entry->data = model::data_json(entry->event, std::chrono::minutes(480));
    return entry;
}

} // namespace gatehouse::mqtt_test
