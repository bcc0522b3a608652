#include "tests/unit/protocols/isapi/session_fixture.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

// What the device's own log tells when clocks and counters do not go on as they should.
namespace gatehouse::isapi {

namespace {

std::string capture_time(base::WallTime device_time)
{
    const auto local = std::chrono::floor<std::chrono::seconds>(device_time + 480min);
    return fmt::format("{:%Y%m%dT%H%M%S}0000", fmt::gmtime(std::chrono::system_clock::to_time_t(local)));
}

} // namespace

class IsapiPlateLog : public IsapiSession {
protected:
    // A plate that only the device's log knows.
    void log(const std::string& plate)
    {
        device.plates.push_back({plate, capture_time(clock.wall() + device.clock_skew)});
    }
    // What happened while we were away is found.
    void expect_found(const std::string& plate)
    {
        pass(2min);
        const auto passages = of<model::VehiclePassage>();
        EXPECT_EQ(std::count_if(passages.begin(), passages.end(),
                                [&](const auto& event) {
                                    return std::get<model::VehiclePassage>(event.body).plate.text == plate;
                                }),
                  1)
            << plate;
    }
};

TEST_F(IsapiPlateLog, IsReadOnAfterTheDeviceClockWasSetBack)
{
    device.clock_skew = 1h;
    start("plate");
    log("沪A00001");
    expect_found("沪A00001");
    stop();
    device.clock_skew = 0ms;
    pass(5min);
    log("沪A00002");
    start("plate");
    expect_found("沪A00002");
    pass(3min);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 2u);
}

TEST_F(IsapiPlateLog, IsReadOnWhenTheDeviceLosesItsClockAndGetsItBack)
{
    start("plate");
    log("沪A00001");
    expect_found("沪A00001");
    stop();
    device.clock_skew = -24h * 365 * 20;
    pass(5min);
    log("沪A00002");
    start("plate");
    expect_found("沪A00002");
    stop();
    pass(1min);
    log("沪A00003"); // still by the lost clock
    device.clock_skew = 0ms;
    pass(1min);
    log("沪A00004");
    start("plate");
    expect_found("沪A00003");
    expect_found("沪A00004");
    EXPECT_EQ(of<model::VehiclePassage>().size(), 4u);
}

TEST_F(IsapiPlateLog, IsNotBlindedByAStampOfTheFuture)
{
    start("plate");
    log("沪A00001");
    expect_found("沪A00001");
    device.plates.push_back({"沪A00002", "20370101T0000000000"});
    pass(2min);
    log("沪A00003");
    expect_found("沪A00003");
}

TEST_F(IsapiPlateLog, IsReadToItsEndWhenOneSecondFillsManyPages)
{
    device.plates_page = 10;
    start("plate");
    log("沪A00001");
    expect_found("沪A00001");
    stop();
    const auto second = capture_time(clock.wall());
    for (int n = 0; n < 95; ++n) { // three of each moment, so that pages end between them
        auto time = second;
        device.plates.push_back(
            {fmt::format("沪B000{:02d}", n), time.replace(15, 4, fmt::format("{:04d}", n / 3))});
    }
    pass(1min);
    log("沪C00001");
    start("plate");
    pass(5s); // one look: the next one's pages end elsewhere
    EXPECT_EQ(of<model::VehiclePassage>().size(), 97u);
}

TEST_F(IsapiPlateLog, IsLeftAloneWhenTheDeviceAlwaysAnswersTheSame)
{
    start("plate");
    for (int n = 0; n < 3; ++n) {
        log(fmt::format("沪A0000{}", n));
        pass(1s);
    }
    fakes::FakeIsapi::Reply all;
    device.on_request = [&](const auto& request) {
        if (request.target.find("vehicleDetect/plates") != std::string::npos && all.body.empty()) {
            std::string rows;
            for (const auto& row : device.plates)
                rows += "<Plate><captureTime>" + row.capture_time + "</captureTime><plateNumber>" +
                        row.plate + "</plateNumber></Plate>";
            all = answering("<Plates>" + rows + "</Plates>");
            device.replies["POST /ISAPI/Traffic/channels/1/vehicleDetect/plates"] = all;
        }
    };
    const auto asked = device.asked("POST", "/ISAPI/Traffic/channels/1/vehicleDetect/plates");
    pass_alive(4min);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 3u);
    EXPECT_LE(device.asked("POST", "/ISAPI/Traffic/channels/1/vehicleDetect/plates") - asked, 15u);
}

TEST_F(IsapiPlateLog, BringsWhatTheDeviceSentLateOnlyOnceAndEveryUnreadCarOfOneSecond)
{
    start("plate");
    auto late = device.plate("uuid-1", "沪A00001", 0);
    late.insert(late.rfind("<UUID>"), "<isDataRetransmission>true</isDataRetransmission>");
    device.send_document(late);
    log("沪A00001");
    for (const auto fraction : {"1000", "2000"}) {
        auto time = capture_time(clock.wall());
        device.plates.push_back({"unknown", time.replace(15, 4, fraction)});
    }
    pass_alive(3min);
    EXPECT_EQ(of<model::VehiclePassage>().size(), 3u);
}

TEST_F(IsapiSession, AResetIsFoundAlsoWhenTheNewCountHasPassedTheOldOne)
{
    start("face");
    device.happen(10);
    pass_alive(2min);
    device.cut();
    device.records.clear();
    pass(10ms);
    for (std::uint64_t serial = 1; serial <= 20; ++serial)
        device.records.push_back({serial, clock.wall() + 5s + serial * 1s});
    pass(3min);
    const auto attempts = of<model::AccessAttempt>();
    ASSERT_EQ(attempts.size(), 21u);
    EXPECT_EQ(attempts[10].device_key, "e1/acs/10");
    EXPECT_TRUE(of<model::Gap>().empty());
}

TEST_F(IsapiSession, AResetThatAlsoLostTheClockIsSeenLive)
{
    start("face");
    device.happen(500);
    pass_alive(1min);
    device.cut();
    device.records.clear();
    device.clock_skew = -24h * 365 * 20;
    pass(31s);
    device.happen(1);
    settle();
    EXPECT_EQ(of<model::AccessAttempt>().back().device_key, "e1/acs/1");
}

TEST_F(IsapiSession, ALongLogIsTakenOldestFirstInSpansThatFit)
{
    device.newest_first = true;
    for (std::uint64_t serial = 1; serial <= 1200; ++serial)
        device.records.push_back({serial, clock.wall() - 20h + serial * 1min});
    start("face", "backfill_first = \"24h\"");
    pass(1s);
    std::vector<int> records;
    for (const auto& event : of<model::AccessAttempt>())
        records.push_back(std::stoi(event.device_record));
    EXPECT_EQ(records.size(), 1200u);
    EXPECT_TRUE(std::is_sorted(records.begin(), records.end()));
    EXPECT_TRUE(of<model::Gap>().empty());
}

TEST_F(IsapiSession, PicturesThatTheDeviceKeptAreFetchedWithItsRecords)
{
    fakes::FakeIsapi::Reply jpeg;
    jpeg.type = "image/jpeg";
    jpeg.body = "\xff\xd8 face \xff\xd9";
    device.replies["GET /LOCALS/pic/1.jpg"] = jpeg;
    device.records.push_back({1, clock.wall() - 3min, 75, "7", "http://192.0.2.22/LOCALS/pic/1.jpg"});
    device.records.push_back({2, clock.wall() - 2min, 75, "7", "http://192.0.2.99/elsewhere.jpg"});
    device.records.push_back({3, clock.wall() - 1min, 75, "7", "/LOCALS/pic/gone.jpg"});
    start("face");
    pass(1s);
    const auto attempts = of<model::AccessAttempt>();
    ASSERT_EQ(attempts.size(), 3u);
    ASSERT_EQ(attempts[0].pictures.size(), 1u);
    EXPECT_EQ(*attempts[0].pictures[0].bytes, jpeg.body);
    EXPECT_EQ(attempts[0].pictures[0].kind, "face");
    EXPECT_TRUE(attempts[1].pictures.empty());
    EXPECT_TRUE(attempts[2].pictures.empty());
    EXPECT_EQ(device.asked("GET", "/elsewhere.jpg"), 0u);
}

} // namespace gatehouse::isapi
