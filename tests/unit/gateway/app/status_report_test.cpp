#include "gateway/app/parts.hpp"
#include "gateway/app/status_report.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/memory_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace gatehouse::app {
namespace {

// A gateway whose rooms are made and not started.
class StatusReport : public testing::Test {
protected:
    void make()
    {
        App::Ports ports{io.get_executor(), clock, random, connector};
        ports.open_store = [this](asio::any_io_executor executor, base::Clock&, base::Metrics&,
                                  store::StoreOptions, std::vector<std::string>) {
            auto fake = std::make_unique<fakes::FakeStore>(executor);
            store = fake.get();
            store::OpenedStore opened;
            opened.store = std::move(fake);
            return opened;
        };
        ports.kernel_synced = [this] { return synced; };
        ports.worker = io.get_executor();
        parts = std::make_unique<Parts>(std::move(ports), site);
        parts->open_store();
        parts->make_services();
        parts->ready = true;
    }

    boost::json::object report()
    {
        std::string text;
        asio::co_spawn(io, status_report(*parts),
                       [&text](std::exception_ptr, std::string found) { text = std::move(found); });
        io.restart();
        while (io.poll() > 0) {
        }
        return boost::json::parse(text).as_object();
    }

    std::string verdict() { return std::string(report().at("verdict").as_string()); }

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    fakes::MemoryConnector connector{io.get_executor()};
    config::SiteConfig site;
    bool synced = true;
    fakes::FakeStore* store = nullptr;
    std::unique_ptr<Parts> parts;
};

config::DeviceConfig camera()
{
    config::DeviceConfig device;
    device.id = "lpr-in";
    device.name = "东门";
    device.protocol = "isapi";
    device.password = base::Secret("sesame");
    return device;
}

TEST_F(StatusReport, IsHealthyWhenNothingIsWrong)
{
    make();
    const auto found = report();
    EXPECT_EQ(found.at("verdict").as_string(), "healthy");
    EXPECT_TRUE(found.at("reasons").as_array().empty());
    EXPECT_EQ(found.at("clock").as_string(), "synced");
    EXPECT_EQ(found.at("disk").as_string(), "ok");
}

TEST_F(StatusReport, IsDownUntilTheStartIsDone)
{
    make();
    parts->ready = false;
    EXPECT_EQ(verdict(), "down");
}

TEST_F(StatusReport, IsDegradedWithAReasonWhenADeviceIsNotThere)
{
    site.devices.push_back(camera());
    make();
    const auto found = report();
    EXPECT_EQ(found.at("verdict").as_string(), "degraded");
    ASSERT_EQ(found.at("reasons").as_array().size(), 1u);
    EXPECT_EQ(found.at("reasons").as_array()[0].as_string(), "device lpr-in is unknown");
    const auto& device = found.at("devices").as_array()[0].as_object();
    EXPECT_EQ(device.at("name").as_string(), "东门");
    EXPECT_EQ(boost::json::serialize(found).find("sesame"), std::string::npos);
}

TEST_F(StatusReport, DoesNotComplainOfADeviceThatIsSwitchedOff)
{
    site.devices.push_back(camera());
    site.devices.back().enabled = false;
    make();
    EXPECT_EQ(verdict(), "healthy");
}

TEST_F(StatusReport, IsDegradedWhileNobodyKeepsTheClock)
{
    synced = false;
    make();
    const auto found = report();
    EXPECT_EQ(found.at("verdict").as_string(), "degraded");
    EXPECT_EQ(found.at("reasons").as_array()[0].as_string(), "clock: no time service keeps the clock");
}

TEST_F(StatusReport, GoesFromDegradedToDownAsTheDiskFills)
{
    make();
    const std::vector<std::tuple<store::DiskState, std::string, std::string>> rows{
        {store::DiskState::ok, "ok", "healthy"},
        {store::DiskState::warn, "warn", "degraded"},
        {store::DiskState::shedding, "shedding", "degraded"},
        {store::DiskState::full, "full", "down"}};
    for (const auto& [state, word, wanted] : rows) {
        store->disk_report.state = state;
        const auto found = report();
        EXPECT_EQ(found.at("verdict").as_string(), wanted) << word;
        EXPECT_EQ(found.at("disk").as_string(), word);
    }
}

TEST_F(StatusReport, IsDegradedByAnUrgentAlertUntilItHasPassedAndByWhatBefellTheStore)
{
    make();
    model::Alert alert;
    alert.id = "A1";
    alert.device = "lpr-in";
    const auto verdict_with = [&](std::string kind, int severity, model::Alert::State state) {
        alert.kind = std::move(kind);
        alert.severity = severity;
        alert.state = state;
        store->alert_table["A1"] = alert;
        asio::co_spawn(io, parts->alerts->load(), [](std::exception_ptr, auto) {});
        io.restart();
        io.poll();
        return verdict();
    };
    EXPECT_EQ(verdict_with("tamper", 1, model::Alert::State::acknowledged), "degraded");
    EXPECT_EQ(verdict_with("tamper", 1, model::Alert::State::cleared), "healthy");
    EXPECT_EQ(verdict_with("barrier_fault", 3, model::Alert::State::raised), "healthy");
    alert.device = "gateway";
    EXPECT_EQ(verdict_with("store_damaged", 3, model::Alert::State::raised), "degraded");
}

TEST(StallOf, TellsOfAConnectedUpstreamThatTakesNothing)
{
    fakes::ManualClock clock;
    const auto now = clock.wall();
    upstream::DispatchStats stats;
    stats.name = "centre";
    stats.link_up = true;
    stats.backlog.entries = 7;
    stats.backlog.oldest = now - std::chrono::minutes(5);
    EXPECT_EQ(stall_of(stats, now), "upstream centre is connected and takes nothing: 7 entries wait");
    stats.last_accepted = now - std::chrono::seconds(1);
    EXPECT_EQ(stall_of(stats, now), "");
    stats.last_accepted.reset();
    stats.link_up = false;
    EXPECT_EQ(stall_of(stats, now), "");
}

TEST_F(StatusReport, ShowsLanesWithTheirBarrierAndWhoDecides)
{
    config::LaneConfig lane;
    lane.id = "east-in";
    lane.direction = model::Direction::in;
    lane.barrier_device = "lpr-in";
    lane.barrier_output = 2;
    lane.decide_here = true;
    site.lanes.push_back(lane);
    make();
    const auto found = report();
    const auto& shown = found.at("lanes").as_array()[0].as_object();
    EXPECT_EQ(shown.at("barrier").as_string(), "lpr-in/2");
    EXPECT_EQ(shown.at("decide").as_string(), "gateway");
    EXPECT_EQ(shown.at("direction").as_string(), "in");
}

} // namespace
} // namespace gatehouse::app
