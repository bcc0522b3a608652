#pragma once
#include "gateway/app/app.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/site/centre.hpp"
#include "tests/site/disk.hpp"
#include "tests/site/network.hpp"
#include "tests/site/scripted_device.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::site {

using namespace std::chrono_literals;

// A community with one gateway, in one thread and virtual time: a face terminal and a plate camera with a
// barrier (ISAPI over memory), a scripted device, a centre, a disk; or another estate. The gateway can be
// stopped, killed and started again; everything else goes on. Every random choice comes from `seed`.
class Site {
public:
    static constexpr auto face_host = "192.0.2.22";
    static constexpr auto plate_host = "192.0.2.21";
    static constexpr auto listed_plate = "京A12345";
    static constexpr auto stranger_plate = "沪B99999";
    static constexpr std::chrono::milliseconds open_within{10'000}; // the default of lane.open_within

    explicit Site(std::uint64_t seed = 1);
    // With another configuration and no devices yet; `begins`: what all clocks show.
    Site(std::string configuration, base::WallTime begins, std::uint64_t seed = 1);
    ~Site();
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    // ---- the gateway ----
    void start();
    void stop();
    // Killed at this instant: nothing more is written, sent or heard.
    void kill();
    [[nodiscard]] bool running() const { return app_ != nullptr; }
    // What the store tells the next start about itself.
    store::StartReport start_report;
    // The configuration's text; start() and reload() write it to the file.
    std::string toml;
    [[nodiscard]] api::ReloadOutcome reload();
    // An order of an operator upstream.
    [[nodiscard]] model::Outcome order(model::Command command);
    // What the control socket would answer.
    [[nodiscard]] api::Response ask(api::Request request);

    // ---- time ----
    void settle();
    // Time goes on from one due moment to the next, at least by `stride`; devices give signs of life every
    // ten seconds.
    void pass(std::chrono::milliseconds span);
    // The same in a few large steps: for months in which only the number of events counts.
    void leap(std::chrono::milliseconds span, std::chrono::milliseconds step);
    // The gateway's wall clock alone; the devices' clocks stay right.
    void step_wall(std::chrono::milliseconds span);
    // Runs `work` on the loop, as the gateway does everything.
    void inside(std::function<void()> work);

    // ---- what happens at the gates ----
    // A person at the terminal: a record in its log, and on the stream.
    void person();
    // A car at the camera. The same uuid again: the same read posted again.
    void car(const std::string& uuid, const std::string& plate);

    // ---- what was seen ----
    struct Opening {
        base::MonoTime at{};
    };
    struct Read {
        std::string uuid;
        std::string plate;
        base::MonoTime at{};
    };
    std::vector<Opening> openings; // orders to open that reached the barrier
    std::vector<Read> reads;       // each as often as it was posted
    std::vector<std::uint64_t> face_records;
    [[nodiscard]] std::vector<model::EntryPtr> entries(const std::string& type_prefix) const;
    // The same without the passages that the gateway made of them.
    [[nodiscard]] std::vector<model::EntryPtr> records(const std::string& type_prefix) const;
    [[nodiscard]] std::vector<model::Alert> alerts(const std::string& kind) const;

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random;
    Network network;
    Centre centre;
    Disk disk;
    ScriptedDevice scripted;
    bool heartbeats = true;
    std::chrono::milliseconds heartbeat_every{10s};
    std::chrono::milliseconds stride{1}; // more: quicker, and what is due meanwhile happens late

private:
    void write_config() const;
    void run(asio::awaitable<void> work);
    void breathe();
    void note(const fakes::FakeIsapi::Request& request);

    std::array<app::DeviceProtocol, 3> devices_;
    std::array<app::UpstreamProtocol, 2> upstreams_;
    std::string file_;
    base::Random gateway_random_;
    std::unique_ptr<app::App> app_;
    base::MonoTime breath_due_{};
};

} // namespace gatehouse::site
