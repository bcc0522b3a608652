#include "tests/unit/protocols/isapi/session_fixture.hpp"

namespace gatehouse::isapi {

using model::LinkState;

TEST_F(IsapiSession, FetchesWhatHappenedWhileTheLinkWasDown)
{
    start("face");
    device.happen(10);
    settle();
    device.cut();
    settle();
    for (std::uint64_t serial = 11; serial <= 80; ++serial) {
        pass(10ms);
        device.happen(serial); // nobody is connected: only in its log
    }
    pass(31s);
    device.happen(81);
    settle();
    EXPECT_EQ(early.size(), 2u);
    pass_alive(3min);
    const auto attempts = of<model::AccessAttempt>();
    ASSERT_EQ(attempts.size(), 72u);
    EXPECT_EQ(repeats, 0);
    EXPECT_FALSE(attempts[0].history);
    EXPECT_TRUE(attempts[1].history);
    std::set<std::string> records;
    for (const auto& attempt : attempts)
        records.insert(attempt.device_record);
    EXPECT_EQ(records.size(), 72u);
    EXPECT_EQ(early.size(), 2u); // history opens nothing
}

TEST_F(IsapiSession, ContinuesAfterARestartWhereItStopped)
{
    start("face");
    device.happen(10);
    pass(2min);
    stop();
    pass(10min);
    device.happen(11);
    start("face");
    pass(2min);
    ASSERT_EQ(of<model::AccessAttempt>().size(), 2u);
    EXPECT_TRUE(of<model::AccessAttempt>()[1].history);
}

TEST_F(IsapiSession, AStreamThatStaysMuteWhileTheLogGrowsIsSilent)
{
    start("face");
    device.happen(1);
    settle();
    for (int i = 0; i < 30; ++i) { // bytes flow, events do not
        pass(5s);
        device.send_document(device.heartbeat());
        if (i == 10) device.records.push_back({2, clock.wall()});
        settle();
    }
    const auto states = links();
    EXPECT_EQ(states.back(), LinkState::silent);
    EXPECT_EQ(of<model::AccessAttempt>().size(), 2u); // the missing one was fetched
    EXPECT_GE(device.asked("GET", "/ISAPI/Event/notification/alertStream"), 2u);
    pass(40s);
    device.happen(3);
    settle();
    EXPECT_EQ(links().back(), LinkState::up); // proven by a live event
}

TEST_F(IsapiSession, ASilentDeviceThatLosesItsPowerIsDown)
{
    start("face");
    device.happen(1);
    settle();
    for (int i = 0; i < 30; ++i) {
        pass(5s);
        device.send_document(device.heartbeat());
        if (i == 10) device.records.push_back({2, clock.wall()});
        settle();
    }
    ASSERT_EQ(driver->status().link, LinkState::silent);
    device.present = false;
    device.cut();
    pass(3min);
    EXPECT_EQ(driver->status().link, LinkState::down);
    EXPECT_NE(driver->status().why.find("cannot be reached"), std::string::npos);
}

TEST_F(IsapiSession, ARecordMadeWhileTheStreamOpenedIsFetchedAndProvesNothing)
{
    start("face");
    device.records.push_back(
        {1, clock.wall()});        // after the look at the log, before the stream could bring it
    for (int i = 0; i < 13; ++i) { // until the next look at the log
        pass(5s);
        device.send_document(device.heartbeat());
        settle();
    }
    EXPECT_EQ(of<model::AccessAttempt>().size(), 1u);
    pass(40s);
    for (const auto state : links())
        EXPECT_NE(state, LinkState::silent);
}

TEST_F(IsapiSession, AFallingRecordCounterBeginsANewEpoch)
{
    start("face");
    device.happen(500);
    pass_alive(1min);
    device.records.clear();
    device.happen(1);
    device.happen(2);
    pass(3min);
    ASSERT_EQ(of<model::AccessAttempt>().size(), 3u);
    EXPECT_EQ(of<model::AccessAttempt>()[1].device_key, "e1/acs/1");
    EXPECT_EQ(memory.values["backfill/epoch"], "1");
    device.records.clear();
    device.happen(1); // once more, after a restart of ours
    settle();
    EXPECT_EQ(repeats, 0);
}

TEST_F(IsapiSession, AResetDuringAnOutageIsFoundInTheRecordLog)
{
    start("face");
    device.happen(500);
    pass(2min);
    device.cut();
    settle();
    device.records.clear();
    pass(10ms);
    device.records.push_back({1, clock.wall() + 5s});
    device.records.push_back({2, clock.wall() + 6s});
    pass(2min);
    ASSERT_EQ(of<model::AccessAttempt>().size(), 3u);
    EXPECT_EQ(of<model::AccessAttempt>()[2].device_key, "e1/acs/2");
}

TEST_F(IsapiSession, SaysWhichRecordsTheDeviceHasOverwritten)
{
    start("face");
    device.happen(10);
    pass(2min);
    device.cut();
    settle();
    pass(10ms);
    device.records.clear();
    device.records.push_back({25, clock.wall()});
    pass(2min);
    const auto gaps = of<model::Gap>();
    ASSERT_EQ(gaps.size(), 1u);
    const auto& gap = std::get<model::Gap>(gaps[0].body);
    EXPECT_EQ(gap.first, 11);
    EXPECT_EQ(gap.last, 24);
    EXPECT_EQ(gap.count, 14);
}

TEST_F(IsapiSession, AnExchangedDeviceDoesNotHideBehindOldNumbers)
{
    start("face");
    device.happen(10);
    pass(2min);
    device.cut();
    device.records.clear();
    device.serial = "DS-K1T000000002";
    pass(35s);
    device.happen(10);
    settle();
    ASSERT_EQ(of<model::AccessAttempt>().size(), 2u);
    EXPECT_EQ(of<model::AccessAttempt>()[1].device_key, "e1/acs/10");
    EXPECT_EQ(of<model::DeviceHealth>().size(), 1u);
}

TEST_F(IsapiSession, APlateThatCameLiveIsNotTakenAgainFromThePoll)
{
    start("plate");
    const auto capture = [this] {
        const auto local = std::chrono::floor<std::chrono::seconds>(clock.wall() + 480min);
        const auto day = std::chrono::floor<std::chrono::days>(local);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss time(local - day);
        char text[32];
        std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02d0000", int(date.year()),
                      unsigned(date.month()), unsigned(date.day()), int(time.hours().count()),
                      int(time.minutes().count()), int(time.seconds().count()));
        return std::string(text);
    };
    device.send_document(device.plate("uuid-1", "沪A12345", 0));
    device.plates.push_back({"沪A12345", capture()});
    settle();
    pass(1min);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 1u);
    stop();
    pass(1min);
    device.plates.push_back({"沪B00001", capture()});
    memory.values.erase("backfill/position"); // as if it had not been written before a crash
    start("plate");
    pass(2min);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 2u);
}

} // namespace gatehouse::isapi
