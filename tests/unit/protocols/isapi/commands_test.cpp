#include "gateway/base/sha256.hpp"
#include "tests/unit/protocols/isapi/session_fixture.hpp"

namespace gatehouse::isapi {

using model::Action;
using model::Status;

namespace {
constexpr const char* parking = "/ISAPI/Parking/channels/1/barrierGate";
constexpr const char* traffic = "/ISAPI/Traffic/channels/1/barrierControl";
} // namespace

TEST_F(IsapiSession, ABarrierSeenOpenIsConfirmed)
{
    device.gate_state = 1;
    start("plate");
    device.on_request = [this](const auto& request) {
        if (request.method == "PUT" && request.with_credentials) device.gate_state = 2;
    };
    const auto outcome = command(Action::barrier_open);
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_EQ(device.asked("PUT", parking), 1u);
    EXPECT_NE(device.requests.back().target.find("Status"), std::string::npos);
}

TEST_F(IsapiSession, APositionReadToConfirmACommandIsReportedOnce)
{
    device.gate_state = 1;
    start("plate");
    device.on_request = [this](const auto& request) {
        if (request.method == "PUT" && request.with_credentials) device.gate_state = 2;
    };
    EXPECT_EQ(command(Action::barrier_open).status, Status::confirmed);
    ASSERT_EQ(of<model::BarrierMoved>().size(), 2u);
    const auto moved = std::get<model::BarrierMoved>(of<model::BarrierMoved>().back().body);
    EXPECT_EQ(moved.output, 1);
    EXPECT_EQ(moved.position, model::BarrierPosition::open);
    pass_alive(61s);
    EXPECT_EQ(of<model::BarrierMoved>().size(), 2u) << "the regular look finds what was reported";
}

TEST_F(IsapiSession, APositionReadWhileTheLinkIsDownConfirmsAndIsNotTold)
{
    device.gate_state = 1;
    start("plate");
    device.replies["GET /ISAPI/Event/notification/alertStream"] = answering("", 503);
    device.cut();
    pass(10s);
    ASSERT_EQ(links().back(), model::LinkState::down);
    const auto told = of<model::BarrierMoved>().size();
    device.gate_state = 2;
    EXPECT_EQ(command(Action::barrier_open).status, Status::confirmed);
    EXPECT_EQ(of<model::BarrierMoved>().size(), told) << "nobody would tell when it closes";
}

TEST_F(IsapiSession, ASnapshotIsKeptAsAnEventAndTheOutcomeNamesIt)
{
    fakes::FakeIsapi::Reply picture;
    picture.type = "image/jpeg";
    picture.body = "\xFF\xD8 a picture";
    device.replies["GET /ISAPI/Streaming/channels/101/picture"] = picture;
    start("camera");
    const auto outcome = command(Action::snapshot);
    EXPECT_EQ(outcome.status, Status::confirmed);
    const auto hash = base::sha256_hex(picture.body);
    EXPECT_EQ(outcome.text, "sha256 " + hash + ", /api/v1/media/" + hash);
    const auto taken_pictures = std::count_if(events.begin(), events.end(), [&](const model::Event& event) {
        return event.pictures.size() == 1 && *event.pictures[0].bytes == picture.body &&
               event.device_key.starts_with("snapshot/");
    });
    EXPECT_EQ(taken_pictures, 1);
}

TEST_F(IsapiSession, ASnapshotThatIsNoPictureHasFailed)
{
    fakes::FakeIsapi::Reply broken;
    broken.type = "image/jpeg";
    broken.body = "half a jpeg";
    device.replies["GET /ISAPI/Streaming/channels/101/picture"] = broken;
    start("camera");
    EXPECT_EQ(command(Action::snapshot).code, "no_picture");
}

TEST_F(IsapiSession, OkWithoutMovementIsAcceptedButNotConfirmed)
{
    device.gate_state = 1; // locked: says OK and does nothing
    start("plate");
    const auto outcome = command(Action::barrier_open);
    EXPECT_EQ(outcome.status, Status::accepted);
    EXPECT_EQ(outcome.text, "accepted but not confirmed");
    EXPECT_EQ(device.asked("PUT", parking), 1u);
    EXPECT_EQ(taken.size(), 1u) << "the device has taken the command, whatever it makes of it";
}

TEST_F(IsapiSession, AnotherSpellingIsTriedOnlyWhenTheDeviceDoesNotKnowThisOneAndIsRemembered)
{
    fakes::FakeIsapi::Reply missing;
    missing.status = 404;
    missing.type = "text/html";
    missing.body = "<html>not here</html>";
    device.replies[std::string("PUT ") + parking] = missing;
    fakes::FakeIsapi::Reply fine;
    fine.body = "<ResponseStatus><statusCode>1</statusCode><statusString>OK</statusString></ResponseStatus>";
    device.replies[std::string("PUT ") + traffic] = fine;
    start("plate");
    EXPECT_EQ(command(Action::barrier_open).status, Status::accepted);
    EXPECT_EQ(memory.values["barrier/variant"], "traffic");
    EXPECT_EQ(command(Action::barrier_open).status, Status::accepted);
    EXPECT_EQ(device.asked("PUT", parking), 1u);
    EXPECT_EQ(device.asked("PUT", traffic), 2u);
}

TEST_F(IsapiSession, ASpellingWithoutAnOutputNeverMovesTheFirstBarrierForAnother)
{
    fakes::FakeIsapi::Reply fine;
    fine.body = "<ResponseStatus><statusCode>1</statusCode><statusString>OK</statusString></ResponseStatus>";
    device.replies["PUT /ISAPI/ITC/Entrance/barrierGateCtrl"] = fine;
    memory.values["barrier/variant"] = "itc";
    start("plate");
    const auto outcome = command(Action::barrier_open, 5s, {}, 2);
    EXPECT_EQ(outcome.status, Status::rejected);
    EXPECT_EQ(outcome.code, "unsupported");
    EXPECT_EQ(device.asked("PUT", "/ISAPI/ITC/Entrance/barrierGateCtrl"), 0u);
    EXPECT_EQ(device.asked("PUT", "/ISAPI/Traffic/channels/1/entranceAndExit/barrierGate/2/control"), 1u);
    EXPECT_EQ(command(Action::barrier_open).status, Status::accepted);
}

TEST_F(IsapiSession, AGateIsNeverCommandedTwiceWhenTheAnswerIsLost)
{
    fakes::FakeIsapi::Reply lost;
    lost.hang_up = true;
    device.replies[std::string("PUT ") + parking] = lost;
    start("plate");
    const auto outcome = command(Action::barrier_open, 30s);
    EXPECT_EQ(outcome.status, Status::unknown);
    EXPECT_EQ(device.asked("PUT", parking), 1u);
    EXPECT_TRUE(taken.empty());
    EXPECT_EQ(device.asked("PUT", traffic), 0u);
}

TEST_F(IsapiSession, ACommandThatNeverLeftHasFailedAndIsNotUnknown)
{
    start("plate");
    pass_alive(2s);
    device.black_hole = true;
    const auto outcome = command(Action::barrier_open, 8s);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "unreachable");
}

TEST_F(IsapiSession, ABusyDeviceFailsTheCommandInPlainWords)
{
    fakes::FakeIsapi::Reply busy;
    busy.body =
        "<ResponseStatus><statusCode>2</statusCode><statusString>Device Busy</statusString></ResponseStatus>";
    device.replies[std::string("PUT ") + parking] = busy;
    start("plate");
    const auto outcome = command(Action::barrier_open);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.code, "device_busy");
    EXPECT_EQ(device.asked("PUT", parking), 1u);
}

TEST_F(IsapiSession, ADoorIsConfirmedByItsOwnEvent)
{
    start("face");
    device.on_request = [this](const auto& request) {
        if (request.method != "PUT" || !request.with_credentials) return;
        fakes::FakeIsapi::Record unlocked{9, clock.wall()};
        unlocked.minor = 21;
        device.send_document(device.access(unlocked));
    };
    const auto outcome = command(Action::door_open);
    EXPECT_EQ(outcome.status, Status::confirmed);
    EXPECT_EQ(device.asked("PUT", "/ISAPI/AccessControl/RemoteControl/door/1"), 1u);
}

TEST_F(IsapiSession, ADoorStationThatCannotCloseSaysSo)
{
    device.door_commands = "open,alwaysOpen,resume";
    start("face");
    const auto outcome = command(Action::door_close);
    EXPECT_EQ(outcome.status, Status::rejected);
    EXPECT_EQ(outcome.code, "unsupported");
    EXPECT_EQ(command(Action::door_open, 5s, {{"mode", "hold"}}).code, "unsupported")
        << "nobody could end it";
    EXPECT_EQ(device.asked("PUT", "/ISAPI/AccessControl/RemoteControl/door/1"), 0u);
}

TEST_F(IsapiSession, ADoorIsHeldOpenInTheDevicesOwnWord)
{
    start("face");
    EXPECT_EQ(command(Action::door_open, 5s, {{"mode", "hold"}}).status, Status::accepted);
    const auto holds = [](const auto& request) {
        return request.body.find("<cmd>alwaysOpen</cmd>") != std::string::npos;
    };
    EXPECT_TRUE(std::any_of(device.requests.begin(), device.requests.end(), holds));
}

TEST_F(IsapiSession, TheDevicesCapabilitiesAreAskedOnceForEachFirmware)
{
    constexpr auto question = "/ISAPI/AccessControl/RemoteControl/door/capabilities";
    device.door_commands = "open,alwaysOpen,resume";
    start("face");
    EXPECT_EQ(device.asked("GET", question), 1u);
    EXPECT_EQ(driver->status().facts.at("doors"), "1 to 2: open, alwaysOpen, resume");
    device.cut();
    pass(31s);
    stop();
    start("face");
    EXPECT_EQ(device.asked("GET", question), 1u) << "remembered";
    EXPECT_EQ(driver->status().facts.at("doors"), "1 to 2: open, alwaysOpen, resume");
    EXPECT_EQ(command(Action::door_close).code, "unsupported");
    EXPECT_EQ(device.asked("GET", question), 1u);
}

TEST_F(IsapiSession, TheBarriersPositionIsReadAndReportedOnChange)
{
    device.gate_state = 1;
    start("plate");
    pass_alive(3min);
    ASSERT_EQ(of<model::BarrierMoved>().size(), 1u);
    device.gate_state = 2;
    pass_alive(61s);
    ASSERT_EQ(of<model::BarrierMoved>().size(), 2u);
    EXPECT_EQ(std::get<model::BarrierMoved>(of<model::BarrierMoved>()[1].body).position,
              model::BarrierPosition::open);
}

TEST_F(IsapiSession, ABoomThatTheDeviceRaisesForACarIsSeenUpAndDownAgainWithinSeconds)
{
    const auto last = [this] {
        return std::get<model::BarrierMoved>(of<model::BarrierMoved>().back().body).position;
    };
    device.gate_state = 1;
    start("plate");
    pass(5s);
    inside([this] { device.send_document(device.plate("uuid-1", "沪A12345", 0)); });
    device.gate_state = 2;
    pass(3s);
    EXPECT_EQ(last(), model::BarrierPosition::open);
    device.gate_state = 1;
    pass(3s);
    EXPECT_EQ(last(), model::BarrierPosition::closed);
}

TEST_F(IsapiSession, ABoomWhosePositionIsNotWiredIsNotLookedAtForEveryCar)
{
    device.gate_state = 0;
    start("plate");
    const std::string question = "/ISAPI/Parking/channels/1/barrierGate/barrierGateStatus";
    const auto before = device.asked("GET", question);
    inside([this] { device.send_document(device.plate("uuid-1", "沪A12345", 0)); });
    pass(20s);
    EXPECT_EQ(device.asked("GET", question), before);
}

TEST_F(IsapiSession, ABoomThatIsHeldOpenIsNotLookedAtCloselyForEver)
{
    device.gate_state = 2;
    start("plate");
    pass_alive(2min);
    const auto before = device.asked("GET", "/ISAPI/Parking/channels/1/barrierGate/barrierGateStatus");
    pass_alive(5min);
    EXPECT_EQ(device.asked("GET", "/ISAPI/Parking/channels/1/barrierGate/barrierGateStatus"), before + 5);
}

TEST_F(IsapiSession, WhenTheLinkIsDownNoPositionIsKnownAndAfterwardsItIsReportedAgain)
{
    const auto positions = [this] {
        std::vector<model::BarrierPosition> found;
        for (const auto& event : of<model::BarrierMoved>())
            found.push_back(std::get<model::BarrierMoved>(event.body).position);
        return found;
    };
    device.gate_state = 1;
    start("plate");
    device.cut();
    settle();
    using model::BarrierPosition;
    EXPECT_EQ(positions(), (std::vector{BarrierPosition::closed, BarrierPosition::unknown}));
    pass(31s);
    EXPECT_EQ(positions().back(), BarrierPosition::closed);
}

TEST_F(IsapiSession, EveryConnectedBarrierIsRead)
{
    device.gate_state = 1;
    start("barrier", "outputs = 2");
    EXPECT_EQ(device.asked("GET", "/ISAPI/Parking/channels/2/barrierGate/barrierGateStatus"), 1u);
    EXPECT_EQ(of<model::BarrierMoved>().size(), 2u);
}

TEST_F(IsapiSession, ADoorWhoseEventWasMissedIsPutRightByWhatTheTerminalSays)
{
    const auto say = [this](const std::string& mode, const std::string& contact) {
        device.replies["GET /ISAPI/AccessControl/AcsWorkStatus"] = answering(
            R"({"AcsWorkStatus":{"doorStatus":[)" + mode + R"(],"magneticStatus":[)" + contact + "]}}");
    };
    const auto last = [this] {
        const auto seen = of<model::DoorState>();
        return seen.empty() ? model::DoorPosition::unknown
                            : std::get<model::DoorState>(seen.back().body).position;
    };
    say("4", "1");
    start("face");
    EXPECT_EQ(of<model::DoorState>().size(), 0u) << "an open contact that never moved is not wired";
    fakes::FakeIsapi::Record opened{9, clock.wall()};
    opened.minor = 25;
    device.send_document(device.access(opened));
    settle();
    EXPECT_EQ(last(), model::DoorPosition::opened);
    say("4", "0");
    pass_alive(61s);
    EXPECT_EQ(last(), model::DoorPosition::closed) << "its closing was missed";
    say("2", "0");
    pass_alive(61s);
    EXPECT_EQ(last(), model::DoorPosition::remain_open);
    const auto told = of<model::DoorState>().size();
    pass_alive(3min);
    EXPECT_EQ(of<model::DoorState>().size(), told);
}

} // namespace gatehouse::isapi
