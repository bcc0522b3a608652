#pragma once
#include "gateway/base/log.hpp"
#include "gateway/store/store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <unistd.h>

namespace gatehouse::store {

// Counts what the store counts.
class CountingMetrics final : public base::Metrics {
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
    struct Count final : base::Counter {
        void add(std::uint64_t n) override { number += n; }
        [[nodiscard]] std::uint64_t value() const override { return number; }
        std::uint64_t number = 0;
    };
    struct Level final : base::Gauge {
        void set(double to) override { number = to; }
        [[nodiscard]] double value() const override { return number; }
        double number = 0;
    };
    std::map<std::string, Count> counters_;
    std::map<std::string, Level> gauges_;
};

// A store in a folder of its own, and the loop it lives on.
class StoreTest : public testing::Test {
protected:
    StoreTest()
    {
        base::log::set_level(base::log::Level::error);
        std::string name = (std::filesystem::temp_directory_path() / "gatehouse-store-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        options.directory = folder / "data";
        options.boot_id = "01BOOT00000000000000000000";
    }
    ~StoreTest() override
    {
        store.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    StartReport open(std::vector<std::string> readers = {"rules", "sink/centre"})
    {
        store.reset();
        auto opened = open_store(io.get_executor(), clock, metrics, options, std::move(readers));
        store = std::move(opened.store);
        return opened.report;
    }
    // As the app does once it has told what the start found.
    void tell(const StartReport& report)
    {
        Change change;
        change.memory = report.told;
        ASSERT_TRUE(run(store->commit(std::move(change))));
    }
    // As the app stops.
    void close()
    {
        run(store->close());
        store.reset();
    }

    template <class T>
    T run(asio::awaitable<T> work)
    {
        std::optional<T> answer;
        std::exception_ptr failure;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr e, T value) {
            failure = e;
            answer.emplace(std::move(value));
        });
        io.restart();
        io.run();
        if (failure) std::rethrow_exception(failure);
        return std::move(*answer);
    }
    void run(asio::awaitable<void> work)
    {
        asio::co_spawn(io, std::move(work), [](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);
        });
        io.restart();
        io.run();
    }

    model::Event event(const std::string& key, const std::string& device = "lpr-1")
    {
        model::Event made;
        made.id = "01EVENT" + std::string(13, '0') + std::to_string(100000 + ++ids_);
        made.device = device;
        made.device_key = key;
        made.device_record = key;
        made.lane = "east-in";
        made.direction = model::Direction::in;
        made.received_at = clock.wall();
        made.occurred_at = clock.wall() - std::chrono::milliseconds(150);
        model::VehiclePassage passage;
        passage.plate = model::Plate{.text = "沪A12345", .color = "blue", .confidence = 0.5};
        made.body = passage;
        return made;
    }
    // Of the alert class.
    model::Event alarm(const std::string& key)
    {
        auto made = event(key, "gateway");
        model::Alert alert;
        alert.id = "01ALERT" + key;
        alert.kind = "tamper";
        made.body = model::AlertChanged{.alert = alert, .step = {}};
        return made;
    }
    base::Result<std::vector<Appended>> put(std::vector<model::Event> events)
    {
        Change change;
        change.events = std::move(events);
        return run(store->commit(std::move(change)));
    }
    std::int64_t put_one(model::Event one)
    {
        std::vector<model::Event> events;
        events.push_back(std::move(one));
        auto done = put(std::move(events));
        return done ? done->at(0).seq : -1;
    }
    void move_cursors(std::int64_t seq)
    {
        Change change;
        for (const auto* reader : {"rules", "sink/centre"})
            for (const auto priority : {model::Priority::alert, model::Priority::event})
                change.cursors.push_back({.reader = reader, .priority = priority, .seq = seq});
        ASSERT_TRUE(run(store->commit(std::move(change))));
    }
    std::vector<model::EntryPtr> read(std::int64_t after, model::Priority priority = model::Priority::event,
                                      std::size_t limit = 10000)
    {
        auto found = run(store->read_after(after, priority, limit));
        EXPECT_TRUE(found) << found.error().message();
        return found ? *found : std::vector<model::EntryPtr>();
    }

    std::filesystem::path folder;
    asio::io_context io{1};
    fakes::ManualClock clock;
    CountingMetrics metrics;
    StoreOptions options;
    std::unique_ptr<Store> store;

private:
    int ids_ = 0;
};

inline std::vector<std::int64_t> numbers_of(const std::vector<model::EntryPtr>& entries)
{
    std::vector<std::int64_t> numbers;
    for (const auto& entry : entries)
        numbers.push_back(entry->seq);
    return numbers;
}

} // namespace gatehouse::store
