#include "tests/site/oracle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace gatehouse::site {
namespace {

// The part of a site's configuration from one [[device]] up to the next section.
std::string without_device(std::string toml, const std::string& id)
{
    const auto at = toml.find("[[device]]\nid = \"" + id + "\"");
    const auto next = toml.find("\n[[", at + 2);
    toml.erase(at, next + 1 - at);
    return toml;
}

// Nothing but the scripted device: months pass quickly.
std::string without_isapi(std::string toml)
{
    toml = without_device(without_device(std::move(toml), "lpr-in"), "face-1");
    const auto lane = toml.find("[[lane]]");
    toml.erase(lane, toml.find("[[upstream]]") - lane);
    return toml;
}

void happen(Site& site, const std::string& key)
{
    site.inside([&site, key] { site.scripted.happen(key); });
}

void leave(Site& site, const std::string& host)
{
    site.inside([&site, host] {
        site.network.device(host).present = false;
        site.network.device(host).cut();
    });
}

// Entries that something besides the disk holds on to.
std::size_t held_in_memory(const Site& site)
{
    const auto& journal = site.disk.platters.journal;
    return static_cast<std::size_t>(std::count_if(journal.begin(), journal.end(),
                                                  [](const auto& entry) { return entry.use_count() > 1; }));
}

std::vector<model::EntryPtr> moved_alerts(const Site& site, const std::string& kind,
                                          model::Alert::State state)
{
    std::vector<model::EntryPtr> found;
    for (const auto& entry : site.disk.platters.journal)
        if (const auto* changed = std::get_if<model::AlertChanged>(&entry->event.body))
            if (changed->alert.kind == kind && changed->alert.state == state) found.push_back(entry);
    return found;
}

TEST(Site, FindsDevicesThatAppearAnHourAfterTheStart)
{
    Site site;
    for (const auto* host : {Site::face_host, Site::plate_host})
        site.network.device(host).present = false;
    site.start();
    site.pass(1h);
    EXPECT_EQ(site.alerts("device_offline").size(), 2u);
    for (const auto* host : {Site::face_host, Site::plate_host})
        site.network.device(host).present = true;
    site.pass(1min);

    site.person();
    site.car("u-1", Site::listed_plate);
    site.pass(1min);

    EXPECT_EQ(site.records("access.").size(), 1u);
    EXPECT_EQ(site.records("vehicle.").size(), 1u);
    EXPECT_EQ(site.openings.size(), 1u);
    for (const auto& alert : site.alerts("device_offline"))
        EXPECT_EQ(alert.state, model::Alert::State::cleared);
    EXPECT_EQ(breaches(site, {}), std::vector<std::string>());
}

TEST(Site, AFreshAlertOvertakesTheBacklogOfThirteenHours)
{
    Site site;
    site.toml = without_isapi(site.toml);
    site.heartbeats = false;
    site.start();
    site.inside([&] { site.centre.go_away(); });
    for (int minute = 0; minute < 13 * 60; ++minute) {
        happen(site, "m/" + std::to_string(minute));
        site.leap(1min, 30s);
    }
    ASSERT_GE(site.entries("").size(), 780u);
    site.centre.rate_max = 10; // the backlog takes more than a minute
    site.inside([&] { site.centre.come_back(); });
    site.pass(10s);
    ASSERT_LT(site.centre.by_id.size(), 400u);

    const auto raised = site.clock.now();
    site.inside([&] { site.scripted.push("t/1", model::Tamper{"case", true}); });
    site.pass(3s);

    const auto fresh = std::find_if(
        site.centre.receipts.begin(), site.centre.receipts.end(), [](const Centre::Receipt& receipt) {
            const auto* changed = std::get_if<model::AlertChanged>(&receipt.entry->event.body);
            return changed != nullptr && changed->alert.kind == "tamper";
        });
    ASSERT_NE(fresh, site.centre.receipts.end());
    EXPECT_LT(fresh->at - raised, 2s);
    EXPECT_FALSE(fresh->replay);
    EXPECT_LT(site.centre.by_id.size(), 500u) << "the backlog was drained before the alert came";

    site.pass(3min);
    EXPECT_EQ(breaches(site, {}), std::vector<std::string>());
    std::int64_t before = 0;
    for (const auto& receipt : site.centre.receipts) {
        if (receipt.entry->priority != model::Priority::event) continue;
        EXPECT_GT(receipt.entry->seq, before);
        before = receipt.entry->seq;
    }
}

TEST(Site, KeepsIdsAndOrderWhenTheWallClockStepsBackAYearAndForwardAgain)
{
    Site site;
    site.start();
    site.pass(1min);
    site.person();
    happen(site, "m/before");
    site.pass(30s);

    site.step_wall(-24h * 365);
    site.pass(15s);
    happen(site, "m/wrong");
    site.person();
    site.pass(2min);
    site.step_wall(24h * 365);
    site.pass(15s);
    happen(site, "m/after");
    site.person();
    site.pass(5min);

    std::string id_before;
    for (const auto& entry : site.disk.platters.journal) {
        // Alerts have a source of ids of their own; within one millisecond the two are not ordered.
        if (entry->type.starts_with("alert.")) continue;
        EXPECT_GT(entry->event.id, id_before);
        id_before = entry->event.id;
        const auto& key = entry->event.device_key;
        if (!key.starts_with("m/")) continue;
        EXPECT_EQ(entry->event.clock_quality,
                  key == "m/wrong" ? model::ClockQuality::unsynced : model::ClockQuality::synced)
            << key;
    }
    std::int64_t seq_before = 0;
    for (const auto& receipt : site.centre.receipts) {
        if (receipt.entry->priority != model::Priority::event) continue;
        EXPECT_GT(receipt.entry->seq, seq_before);
        seq_before = receipt.entry->seq;
    }
    EXPECT_EQ(breaches(site, {.bytes_corrupted = false, .clock_stepped = true}), std::vector<std::string>());
}

TEST(Site, OpensOnceForAReadThatIsPostedThreeTimes)
{
    Site site;
    site.start();
    site.pass(30s);
    site.car("u-1", Site::listed_plate);
    site.pass(1s);
    site.car("u-1", Site::listed_plate);
    site.pass(1s);
    site.inside([&] { site.network.device(Site::plate_host).cut(); });
    site.pass(5s);
    ASSERT_EQ(site.network.device(Site::plate_host).streams(), 1u);
    site.car("u-1", Site::listed_plate);
    site.pass(1min);
    EXPECT_EQ(site.openings.size(), 1u);
    EXPECT_EQ(site.records("vehicle.").size(), 1u);

    site.car("u-2", Site::stranger_plate);
    site.pass(1min);
    EXPECT_EQ(site.openings.size(), 1u);
    EXPECT_EQ(site.records("vehicle.").size(), 2u);
    EXPECT_EQ(breaches(site, {}), std::vector<std::string>());
}

TEST(Site, TellsTheCentreOneMovementAsOnePassageWithItsParts)
{
    Site site;
    site.start();
    site.pass(30s);
    site.car("u-1", Site::listed_plate);
    site.pass(2s);
    site.car("u-2", Site::listed_plate); // the camera flickers: another record of the same car
    site.pass(2min);

    ASSERT_EQ(site.records("vehicle.").size(), 2u);
    ASSERT_EQ(site.entries("vehicle.passage").size(), 1u);
    const auto& event = site.entries("vehicle.passage").front()->event;
    const auto& passage = std::get<model::Passage>(event.body);
    EXPECT_EQ(passage.state, model::PassageState::passed);
    EXPECT_EQ(passage.plate.text, Site::listed_plate);
    EXPECT_EQ(passage.opened_by, "access");
    EXPECT_FALSE(passage.command.empty());
    std::vector<std::string> parts;
    for (const auto& part : passage.parts)
        parts.push_back(part.id);
    for (const auto& read : site.records("vehicle."))
        EXPECT_THAT(parts, testing::Contains(read->event.id));
    EXPECT_TRUE(site.centre.by_id.contains(event.id));
    EXPECT_EQ(breaches(site, {}), std::vector<std::string>());
}

TEST(Site, OpensAtOnceWhileTheDiskHangs)
{
    for (const auto stall : {Disk::Stall::before_write, Disk::Stall::after_write}) {
        Site site;
        site.start();
        site.pass(30s);
        site.inside([&] { site.disk.stall(stall); });
        const auto read_at = site.clock.now();
        site.car("u-1", Site::listed_plate);
        site.pass(1s);
        ASSERT_EQ(site.openings.size(), 1u);
        EXPECT_LT(site.openings.front().at - read_at, 300ms);
        site.pass(10s);
        site.inside([&] { site.disk.stall(Disk::Stall::none); });
        site.pass(1min);
        EXPECT_EQ(site.records("vehicle.").size(), 1u);
        EXPECT_EQ(breaches(site, {}), std::vector<std::string>());
    }
}

TEST(Site, OpensOnceAndKeepsTheRecordWhateverCommitsTheDiskRefuses)
{
    for (int refused = 1; refused <= 8; ++refused) {
        Site site;
        site.start();
        site.pass(30s);
        site.disk.platters.fail_commits(base::Errc::disk_full, refused);
        site.car("u-1", Site::listed_plate);
        site.pass(1min);
        EXPECT_EQ(site.openings.size(), 1u) << refused;
        EXPECT_EQ(site.records("vehicle.").size(), 1u) << refused;
        EXPECT_EQ(breaches(site, {}), std::vector<std::string>()) << refused;
    }
}

TEST(Site, OpensForNoReadFromBeforeItsOwnStart)
{
    Site site;
    site.start();
    site.pass(30s);
    const auto document = site.network.device(Site::plate_host).plate("u-1", Site::listed_plate, 0);
    site.car("u-1", Site::listed_plate);
    site.pass(3s);
    ASSERT_EQ(site.openings.size(), 1u);
    site.kill();
    site.start();
    site.pass(4s);
    site.inside([&] { site.network.device(Site::plate_host).send_document(document); });
    site.pass(30s);
    EXPECT_EQ(site.openings.size(), 1u);
    EXPECT_EQ(site.records("vehicle.").size(), 1u);
}

TEST(Site, OpensOnceForAReadThatACrashLeftUnacknowledgedAlthoughTheCamerasClockIsWrong)
{
    for (const auto skew : {0ms, 60'000ms, -60'000ms}) {
        SCOPED_TRACE(skew.count());
        Site site;
        auto& camera = site.network.device(Site::plate_host);
        camera.clock_skew = skew;
        site.start();
        site.pass(70s);
        const auto document = camera.plate("u-1", Site::listed_plate, 0);
        site.inside([&] { site.disk.stall(Disk::Stall::before_write); });
        site.car("u-1", Site::listed_plate);
        site.pass(100ms);
        ASSERT_EQ(site.openings.size(), 1u);
        site.kill();
        ASSERT_TRUE(site.records("vehicle.").empty());
        site.pass(2s);
        site.start();
        for (int again = 0; again < 3; ++again) {
            site.inside([&] { camera.send_document(document); });
            site.pass(3s);
        }
        EXPECT_EQ(site.openings.size(), 1u);
        EXPECT_EQ(site.records("vehicle.").size(), 1u);
        site.pass(1min);
        site.car("u-2", Site::listed_plate);
        site.pass(10s);
        EXPECT_EQ(site.openings.size(), 2u);
    }
}

TEST(Site, OpensSoonAfterAFirstStartAndAfterAStopAlthoughTheCamerasClockIsWrong)
{
    Site site;
    site.network.device(Site::plate_host).clock_skew = 60s;
    site.start();
    site.pass(5s);
    site.car("u-1", Site::listed_plate);
    site.pass(5s);
    EXPECT_EQ(site.openings.size(), 1u);
    site.stop();
    site.start();
    site.pass(5s);
    site.car("u-2", Site::listed_plate);
    site.pass(5s);
    EXPECT_EQ(site.openings.size(), 2u);
}

TEST(Site, AnOfflineAlertLivesThroughARestartUntilTheDeviceIsBack)
{
    Site site;
    site.start();
    site.pass(30s);
    leave(site, Site::face_host);
    site.pass(50s);
    EXPECT_TRUE(site.alerts("device_offline").empty());
    site.pass(20s);
    ASSERT_EQ(site.alerts("device_offline").size(), 1u);
    const auto raised = site.alerts("device_offline").front();
    EXPECT_EQ(raised.state, model::Alert::State::raised);
    EXPECT_EQ(raised.device, "face-1");

    site.inside([&] { site.network.device(Site::face_host).present = true; });
    site.inside(
        [&] { site.network.device(Site::face_host).replies["GET /ISAPI/System/deviceInfo"].hang_up = true; });
    site.pass(5min);
    EXPECT_EQ(site.alerts("device_offline").front().state, model::Alert::State::raised) << "nobody is home";

    model::Command ack;
    ack.id = "01ACK00000000000000000000A";
    ack.origin = "test:centre";
    ack.action = model::Action::alert_ack;
    ack.operator_name = "zhang";
    ack.reason = "on my way";
    ack.args["alert_id"] = raised.id;
    ack.issued_at = site.clock.wall();
    ack.expires = ack.issued_at + 60s;
    EXPECT_EQ(site.order(ack).status, model::Status::confirmed);
    EXPECT_EQ(site.alerts("device_offline").front().state, model::Alert::State::acknowledged);

    site.stop();
    site.start();
    site.pass(5min);
    ASSERT_EQ(site.alerts("device_offline").size(), 1u);
    EXPECT_EQ(site.alerts("device_offline").front().id, raised.id);
    EXPECT_EQ(site.alerts("device_offline").front().state, model::Alert::State::acknowledged);
    EXPECT_EQ(site.alerts("device_offline").front().actor, "zhang");

    site.inside([&] { site.network.device(Site::face_host).replies.clear(); });
    site.pass(2min);
    EXPECT_EQ(site.alerts("device_offline").front().state, model::Alert::State::cleared);
    for (const auto state :
         {model::Alert::State::raised, model::Alert::State::acknowledged, model::Alert::State::cleared})
        EXPECT_EQ(moved_alerts(site, "device_offline", state).size(), 1u);
    EXPECT_EQ(breaches(site, {}), std::vector<std::string>());
}

// What the notices of this kind said.
std::vector<model::SystemNotice> notices(const Site& site, const std::string& what)
{
    std::vector<model::SystemNotice> found;
    for (const auto& entry : site.entries("system.notice"))
        if (const auto& notice = std::get<model::SystemNotice>(entry->event.body); notice.what == what)
            found.push_back(notice);
    return found;
}

TEST(Site, ATornLastWriteIsToldAndTroublesNobody)
{
    Site site;
    site.start_report.write_torn = true;
    site.start();
    site.pass(1min);
    const auto told = notices(site, "write_torn");
    ASSERT_EQ(told.size(), 1u);
    EXPECT_TRUE(told[0].ok);
    EXPECT_TRUE(site.alerts("store_damaged").empty());
}

TEST(Site, ADamagedStoreIsToldWithWhatWasLostAndRaisesAnAlert)
{
    for (const auto& [lost, words] :
         {std::pair(std::optional<std::int64_t>(7), "12 rows salvaged, 7 lost"),
          std::pair(std::optional<std::int64_t>(), "12 rows salvaged, how many are lost is not known")}) {
        Site site;
        site.start_report.damage = "the database is damaged: it holds no tables";
        site.start_report.salvaged_rows = 12;
        site.start_report.lost_rows = lost;
        site.start();
        site.pass(1min);
        const auto told = notices(site, "store_damaged");
        ASSERT_EQ(told.size(), 1u);
        EXPECT_NE(told[0].detail.find(words), std::string::npos) << told[0].detail;
        EXPECT_EQ(site.alerts("store_damaged").size(), 1u);
    }
}

TEST(Site, WhatAStartFoundComesBeforeAllElseAndIsToldUntilItIsKept)
{
    Site site;
    site.start();
    site.pass(30s);
    model::Command order;
    order.id = "01OPEN0000000000000000000A";
    order.action = model::Action::barrier_open;
    order.device = "lpr-in";
    site.disk.platters.command_table.push_back({order, std::nullopt}); // interrupted
    site.kill();
    const auto before = site.disk.platters.last_seq();
    site.start_report.damage = "the database is damaged: it holds no tables";
    site.start_report.skipped_from = 101;
    site.start_report.skipped_to = 4100;
    site.start_report.told = {{.device = "gateway", .key = "store/damage", .value = ""}};
    site.start();
    ASSERT_EQ(notices(site, "sequence_skipped").size(), 1u);
    ASSERT_EQ(site.entries("system.command").size(), 1u);
    EXPECT_GT(site.entries("system.command").front()->seq, before + 3);
    EXPECT_TRUE(site.disk.platters.memory_table["gateway"].contains("store/damage"));

    site.kill();
    site.disk.platters.fail_commits(base::Errc::disk_full, 1);
    site.start();
    site.pass(10s);
    EXPECT_EQ(notices(site, "store_damaged").size(), 2u) << "housekeeping tells what the disk refused";
}

TEST(Site, SaysThatTheDiskIsFullAsSoonAsItTakesThat)
{
    Site site;
    site.start();
    site.pass(90s);
    site.disk.platters.disk_report.state = store::DiskState::full;
    site.disk.platters.disk_report.damage = "a page cannot be read";
    site.disk.platters.fail_commits(base::Errc::disk_full, 20);
    site.pass(5min);
    EXPECT_EQ(notices(site, "disk").size(), 2u) << "how it was at the start, and that it is full";
    EXPECT_EQ(site.alerts("disk_filling").size(), 1u);
    EXPECT_EQ(notices(site, "store_damaged").size(), 1u) << "damage found in use";
    EXPECT_EQ(site.alerts("store_damaged").size(), 1u);
}

TEST(Site, AReloadStartsAndStopsOnlyWhatChanged)
{
    Site site;
    site.start();
    site.pass(30s);
    const auto whole = site.toml;
    const auto camera_connections = site.network.device(Site::plate_host).connections;

    site.toml = without_device(whole, "face-1");
    const auto smaller = site.reload();
    EXPECT_TRUE(smaller.applied);
    site.pass(10s);
    EXPECT_EQ(site.network.device(Site::face_host).streams(), 0u);
    site.person();
    site.pass(30s);
    EXPECT_TRUE(site.records("access.").empty());

    site.toml = "[site]\nid = 7\n";
    EXPECT_FALSE(site.reload().applied);

    site.toml = whole;
    EXPECT_TRUE(site.reload().applied);
    site.person();
    site.pass(2min);
    EXPECT_EQ(site.records("access.").size(), 2u) << "what happened in between is in the terminal's log";
    EXPECT_LE(site.network.device(Site::plate_host).connections, camera_connections + 12)
        << "polls, but no new conversation";
    EXPECT_EQ(breaches(site, {}), std::vector<std::string>());
}

TEST(Site, AMonthWithoutTheCentreDoesNotGrowInMemory)
{
    Site site;
    site.toml = without_isapi(site.toml);
    site.heartbeats = false;
    site.start();
    site.inside([&] { site.centre.go_away(); });
    std::size_t after_a_day = 0;
    for (int day = 0; day < 30; ++day) {
        for (int i = 0; i < 96; ++i) {
            happen(site, "m/" + std::to_string(day) + "/" + std::to_string(i));
            site.leap(15min, 15min);
        }
        if (day == 0) after_a_day = held_in_memory(site);
    }
    EXPECT_GE(site.entries("").size(), 2880u);
    EXPECT_LE(held_in_memory(site), after_a_day + 300);
    EXPECT_LE(held_in_memory(site), 600u);

    site.inside([&] { site.centre.come_back(); });
    site.pass(5min);
    EXPECT_EQ(breaches(site, {}), std::vector<std::string>());
    EXPECT_LE(site.centre.open_max, 17u);
}

} // namespace
} // namespace gatehouse::site
