// gatehouse-replay [EVENTS]: how fast rules and passages go through a journal that they have not read yet,
// from its tables on disk to the committed cursors, with the store's own thread in the bill. Prints one JSON
// line. run.py starts it and judges.
#include "gateway/alert/alerts.hpp"
#include "gateway/health/registry.hpp"
#include "gateway/passage/passages.hpp"
#include "gateway/rules/catalogue.hpp"

#include "gateway/base/log.hpp"
#include "gateway/base/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>

namespace {

using namespace gatehouse;
using namespace std::chrono_literals;

constexpr std::size_t a_change = 500; // events
constexpr int lanes_of_a_kind = 8;    // the largest estate (domain.md §1)

// Of all threads: what neighbours on the machine do to the wall clock does not count.
double processor_seconds()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::vector<config::LaneConfig> estate()
{
    std::vector<config::LaneConfig> lanes;
    for (int i = 0; i < lanes_of_a_kind; ++i) {
        config::LaneConfig gate;
        gate.id = fmt::format("gate-{}", i);
        gate.direction = i % 2 == 0 ? model::Direction::in : model::Direction::out;
        gate.readers = {fmt::format("lpr-{}", i)};
        gate.barrier_device = fmt::format("board-{}", i);
        gate.loop_entry = {gate.barrier_device, 2};
        gate.loop_safety = {gate.barrier_device, 3};
        gate.decide_here = true;
        lanes.push_back(gate);
        config::LaneConfig door;
        door.id = fmt::format("door-{}", i);
        door.vehicle = false;
        door.direction = gate.direction;
        door.readers = {fmt::format("face-{}", i)};
        door.barrier_device = door.readers.front();
        lanes.push_back(door);
    }
    return lanes;
}

// Vehicles and persons that pass one after the other in each lane; every seventh is refused.
class Traffic {
public:
    explicit Traffic(base::WallTime from) : now_(from) {}

    // One movement in each lane, in steps.
    void round(const std::vector<config::LaneConfig>& lanes, std::vector<model::Event>& events)
    {
        ++rounds_;
        for (int step = 0; step < 8; ++step) {
            now_ += 1s;
            for (const auto& lane : lanes)
                if (auto event = event_of(lane, step)) events.push_back(std::move(*event));
        }
        now_ += 30s;
    }

private:
    std::optional<model::Event> event_of(const config::LaneConfig& lane, int step)
    {
        const bool known = (rounds_ + lane.id.back()) % 7 != 0;
        auto body = lane.vehicle ? vehicle_step(lane, step, known) : person_step(step, known);
        if (!body) return std::nullopt;
        model::Event event;
        const bool read = std::holds_alternative<model::VehiclePassage>(*body) || !lane.vehicle;
        event.device = read ? lane.readers.front() : lane.barrier_device;
        event.id = fmt::format("01BENCH{:019}", ++number_);
        event.device_key = event.device_record = std::to_string(number_);
        event.lane = lane.id;
        event.direction = lane.direction;
        event.received_at = event.occurred_at = now_;
        event.decision =
            model::Decision{known ? model::Decision::Result::open : model::Decision::Result::refuse,
                            known ? "resident-list" : "not-listed",
                            {"The plate is on list \"resident\"."},
                            {}};
        event.body = std::move(*body);
        return event;
    }

    std::optional<model::Body> vehicle_step(const config::LaneConfig& lane, int step, bool known) const
    {
        model::VehiclePassage read;
        read.passed = known;
        read.plate = {fmt::format("沪A{:05}", (rounds_ * 16 + lane.id.back()) % 100'000), "blue", 0.93};
        model::CommandDone done;
        done.command.id = fmt::format("01ORDER{:019}", number_);
        done.command.origin = "access";
        done.command.action = model::Action::barrier_open;
        done.command.device = lane.barrier_device;
        done.command.lane = lane.id;
        done.outcome.status = model::Status::confirmed;
        const auto loop = [](bool before, bool on) {
            return model::InputChanged{before ? 2 : 3, on, before ? "loop_entry" : "loop_safety"};
        };
        switch (step) {
        case 0: return loop(true, true);
        case 1: return read;
        case 2: return known ? std::optional<model::Body>(done) : std::nullopt;
        case 3:
            return known ? std::optional<model::Body>(position(model::BarrierPosition::open)) : std::nullopt;
        case 4: return loop(true, false);
        case 5: return known ? std::optional<model::Body>(loop(false, true)) : std::nullopt;
        case 6: return known ? std::optional<model::Body>(loop(false, false)) : std::nullopt;
        default: return position(model::BarrierPosition::closed);
        }
    }

    static model::BarrierMoved position(model::BarrierPosition position) { return {1, position}; }

    std::optional<model::Body> person_step(int step, bool known) const
    {
        model::AccessAttempt attempt;
        attempt.granted = known;
        attempt.credential = "face";
        attempt.person = std::to_string(rounds_ % 1500);
        switch (step) {
        case 0: return attempt;
        case 1: return model::DoorState{1, model::DoorPosition::opened};
        case 4: return model::DoorState{1, model::DoorPosition::closed};
        default: return std::nullopt;
        }
    }

    base::WallTime now_;
    std::int64_t rounds_ = 0;
    std::int64_t number_ = 0;
};

class Replay {
public:
    Replay(std::filesystem::path folder, std::size_t events) : folder_(std::move(folder)), wanted_(events)
    {
        store::StoreOptions options;
        options.directory = folder_ / "data";
        options.boot_id = ids_.next();
        store_ = store::open_store(io_.get_executor(), clock_, metrics_, std::move(options), {}).store;
        const rules::Place place = [](const std::string& device, const std::string&) { return device; };
        alert::Alerts::Options alert_options;
        alert_options.cursor_every = 100ms;
        alert::Alerts::Ports alert_ports{.executor = io_.get_executor(),
                                         .clock = clock_,
                                         .ids = ids_,
                                         .metrics = metrics_,
                                         .store = *store_,
                                         .clock_synced = {}};
        alerts_ = std::make_unique<alert::Alerts>(
            std::move(alert_ports), rules::make_rules({}, rules::Site{.place = place}, metrics_),
            alert_options);
        passage::Passages::Options options_of_passages;
        options_of_passages.cursor_every = 100ms;
        passage::Passages::Ports ports{.executor = io_.get_executor(),
                                       .clock = clock_,
                                       .ids = ids_,
                                       .metrics = metrics_,
                                       .store = *store_};
        passages_ = std::make_unique<passage::Passages>(std::move(ports), estate(), options_of_passages);
    }

    void run()
    {
        base::TaskGroup tasks(io_.get_executor());
        tasks.spawn("bench", measure(tasks));
        io_.run();
    }

private:
    asio::awaitable<void> measure(base::TaskGroup& tasks)
    {
        const auto loaded = co_await alerts_->load();
        const auto followed = co_await passages_->load();
        if (!loaded || !followed) throw std::runtime_error("the store cannot be read");
        co_await fill();
        const auto last = store_->last_seq();
        const auto begun = clock_.now();
        const auto spent_before = processor_seconds();
        tasks.spawn("alerts", alerts_->run());
        tasks.spawn("passages", passages_->run());
        for (bool passed = false; !passed;) {
            co_await clock_.sleep_for(20ms);
            passed = co_await have_passed(last);
        }
        const double spent = processor_seconds() - spent_before;
        const std::chrono::duration<double> took = clock_.now() - begun;
        report(last, spent, took.count());
        tasks.cancel();
        co_await store_->close();
    }

    // The journal as it lies there after a day off.
    asio::awaitable<void> fill()
    {
        Traffic traffic(clock_.wall() - 24h * 30);
        const auto lanes = estate();
        std::vector<model::Event> waiting;
        for (std::size_t kept = 0; kept < wanted_;) {
            while (waiting.size() < a_change)
                traffic.round(lanes, waiting);
            store::Change change;
            kept += waiting.size();
            change.events = std::exchange(waiting, {});
            const auto committed = co_await store_->commit(std::move(change));
            if (!committed) throw std::runtime_error("the journal cannot be filled");
        }
    }

    asio::awaitable<bool> have_passed(std::int64_t last)
    {
        const auto cursors = co_await store_->cursors();
        if (!cursors) throw std::runtime_error("the cursors cannot be read");
        co_return std::all_of(cursors->begin(), cursors->end(),
                              [last](const store::CursorMove& cursor) { return cursor.seq >= last; });
    }

    void report(std::int64_t events, double spent, double took) const
    {
        std::cout << fmt::format(
            "{{\"events\":{},\"passages\":{},\"events_per_s\":{:.0f},\"wall_events_per_s\":{:.0f}}}\n",
            events, store_->last_seq() - events, static_cast<double>(events) / spent,
            static_cast<double>(events) / took);
    }

    std::filesystem::path folder_;
    std::size_t wanted_;
    asio::io_context io_{1};
    base::SystemClock clock_;
    base::Random random_{1};
    model::UlidSource ids_{clock_, random_};
    health::Registry metrics_{clock_.wall()};
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<alert::Alerts> alerts_;
    std::unique_ptr<passage::Passages> passages_;
};

} // namespace

int main(int argc, char** argv)
{
    base::log::set_level(base::log::Level::error);
    const auto events = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000UL;
    auto name = (std::filesystem::temp_directory_path() / "gatehouse-replay-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(name.data());
    try {
        Replay(folder, events).run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << "\n";
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return 0;
}
