#include "protocols/isapi/event_map.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/wire/plate_words.hpp"
#include "tests/unit/protocols/isapi/documents.hpp"

#include <gtest/gtest.h>

namespace gatehouse::isapi {
namespace {

using namespace test;
using namespace wire;
using namespace std::chrono_literals;
using Outcome = Mapped::Outcome;

Mapped mapped(const std::string& document, MapContext context = {.device = "cam-1"})
{
    const auto parsed = parse_alert(document);
    EXPECT_TRUE(parsed.alert) << parsed.text;
    return map(parsed.alert.value_or(Alert{}), context);
}

template <class Body>
Body body(const Mapped& m)
{
    EXPECT_EQ(m.outcome, Outcome::event) << m.refusal.text;
    const auto* found = std::get_if<Body>(&m.event.body);
    EXPECT_TRUE(found);
    return found ? *found : Body{};
}

base::WallTime at(std::string_view text)
{
    return base::parse_time(text, 480min)->time;
}

Mapped access(const std::string& members)
{
    return mapped(access_json(members));
}

TEST(EventMap, TakesInactiveVideolossForAHeartbeatAndActiveForAFault)
{
    EXPECT_EQ(mapped(heartbeat()).outcome, Outcome::heartbeat);
    const auto lost = mapped(alert_xml("videoLoss", "active"));
    EXPECT_EQ(body<model::DeviceHealth>(lost).what, "video");
    EXPECT_FALSE(body<model::DeviceHealth>(lost).ok);
}

TEST(EventMap, ComparesEventTypesWithoutCase)
{
    for (const auto type : {"VMD", "vmd", "VMDHumanVehicle", "PIR"})
        EXPECT_EQ(body<model::Detection>(mapped(alert_xml(type, "active"))).what, "motion");
    EXPECT_EQ(body<model::Detection>(mapped(alert_xml("RegionExiting", "active"))).what, "region_exit");
    EXPECT_EQ(body<model::Detection>(mapped(alert_xml("LINEDETECTION", "active"))).what, "line_crossing");
}

TEST(EventMap, TellsLensFromScene)
{
    EXPECT_EQ(body<model::Tamper>(mapped(alert_xml("shelteralarm", "active"))).part, "lens");
    EXPECT_EQ(body<model::Tamper>(mapped(alert_xml("tamperdetection", "active"))).part, "lens");
    EXPECT_EQ(body<model::Tamper>(mapped(alert_xml("scenechangedetection", "active"))).part, "scene");
    EXPECT_FALSE(body<model::Tamper>(mapped(alert_xml("defocus", "inactive"))).active);
}

TEST(EventMap, NamesWhatIsGoingOnByChannelAndType)
{
    const auto first = mapped(
        alert_xml("fielddetection", "active",
                  "<DetectionRegionList><DetectionRegionEntry><regionID>3</regionID><detectionTarget>human"
                  "</detectionTarget></DetectionRegionEntry></DetectionRegionList><detectionPicturesNumber>1"
                  "</detectionPicturesNumber>"));
    const auto seen = body<model::Detection>(first);
    EXPECT_EQ(seen.what, "intrusion");
    EXPECT_EQ(seen.target, "human");
    EXPECT_EQ(seen.region, 3);
    EXPECT_EQ(seen.channel, 1);
    EXPECT_EQ(first.pictures_expected, 1);
    EXPECT_EQ(first.lifecycle, "fielddetection/1/0");
    EXPECT_TRUE(first.key.empty());

    const auto later = mapped(alert_xml(
        "duration", "active",
        "<DurationList><Duration><relationEvent>fieldDetection</relationEvent></Duration></DurationList>"));
    EXPECT_TRUE(later.continues);
    EXPECT_EQ(later.lifecycle, first.lifecycle);
    EXPECT_EQ(mapped(alert_xml("duration", "active")).refusal.reason, RefusalReason::incomplete);
}

TEST(EventMap, ReadsInputs)
{
    const auto input = mapped(alert_xml("IO", "inactive", "<inputIOPortID>2</inputIOPortID>"));
    EXPECT_EQ(body<model::InputChanged>(input).input, 2);
    EXPECT_FALSE(body<model::InputChanged>(input).active);
    EXPECT_EQ(input.lifecycle, "io/1/2");
}

TEST(EventMap, ReadsDeviceFaults)
{
    for (const auto& [type, what] : {std::pair{"diskfull", "storage"},
                                     {"diskerror", "storage"},
                                     {"storageDetection", "storage"},
                                     {"nicbroken", "network"},
                                     {"ipconflict", "network"},
                                     {"illaccess", "login_lock"},
                                     {"badvideo", "video"}})
        EXPECT_EQ(body<model::DeviceHealth>(mapped(alert_xml(type, "active"))).what, what);
}

TEST(EventMap, RefusesWhatIsNoEventAndSaysWhy)
{
    EXPECT_EQ(mapped(alert_xml("PeopleCounting", "active")).refusal.reason, RefusalReason::statistics);
    EXPECT_EQ(mapped(alert_xml("thermometry", "active")).refusal.reason, RefusalReason::statistics);
    EXPECT_EQ(mapped(alert_xml("faceSnap", "active")).refusal.reason, RefusalReason::face_snapshot);
    EXPECT_EQ(mapped(alert_xml("faceContrast/alarmResult", "active")).refusal.reason,
              RefusalReason::face_snapshot);
    EXPECT_EQ(mapped(alert_xml("somethingNew", "active")).refusal.reason, RefusalReason::unknown_type);
    EXPECT_EQ(mapped(alert_xml("ANPR", "active")).refusal.reason, RefusalReason::incomplete);
    EXPECT_EQ(access(R"("majorEventType":3,"subEventType":112,"serialNo":8)").refusal.reason,
              RefusalReason::operation_log);
    EXPECT_EQ(access(R"("majorEventType":5,"subEventType":24)").refusal.reason, RefusalReason::routine_code);
    EXPECT_EQ(access(R"("majorEventType":5,"subEventType":1290)").refusal.reason, RefusalReason::custom_code);
    EXPECT_EQ(access(R"("majorEventType":5,"subEventType":60000)").refusal.reason,
              RefusalReason::unknown_code);
    EXPECT_EQ(access(R"("majorEventType":5,"cardNo":"1")").refusal.reason, RefusalReason::incomplete);
    EXPECT_EQ(access(R"("majorEventType":3,"subEventType":112,"serialNo":8)").serial_no, 8u);
}

TEST(EventMap, ReadsAFacePassage)
{
    const auto m = access(
        R"("majorEventType":5,"subEventType":75,"serialNo":1005,"employeeNoString":"2","doorNo":1,"cardReaderNo":2,
        "userType":"visitor","currentVerifyMode":"cardOrFaceOrFp","picturesNumber":1,"name":"x","mask":"yes","currentEvent":true)");
    const auto attempt = body<model::AccessAttempt>(m);
    EXPECT_TRUE(attempt.granted);
    EXPECT_EQ(attempt.credential, "face");
    EXPECT_EQ(attempt.person, "2");
    EXPECT_EQ(attempt.user_type, "visitor");
    EXPECT_EQ(attempt.reader, 2);
    EXPECT_EQ(m.event.device, "cam-1");
    EXPECT_EQ(m.event.direction, model::Direction::out);
    EXPECT_EQ(m.event.device_record, "1005");
    EXPECT_EQ(m.event.device_time, at("2026-03-01T08:00:00+08:00"));
    EXPECT_EQ(m.offset_given, 480min);
    EXPECT_FALSE(m.event.history);
    EXPECT_EQ(m.pictures_expected, 1);
    EXPECT_EQ(record_key(3, m), "e3/acs/1005");
}

TEST(EventMap, TakesAStrangerForOne)
{
    const auto attempt = body<model::AccessAttempt>(
        access(R"("majorEventType":5,"subEventType":76,"serialNo":1,"employeeNoString":"")"));
    EXPECT_FALSE(attempt.granted);
    EXPECT_TRUE(attempt.person.empty());
    EXPECT_EQ(attempt.reason, "not_recognised");
}

TEST(EventMap, InfersTheCredentialOnlyFromAModeThatAllowsOne)
{
    const auto credential = [](const std::string& members) {
        return body<model::AccessAttempt>(access(R"("majorEventType":5,"subEventType":1,)" + members))
            .credential;
    };
    EXPECT_EQ(credential(R"("currentVerifyMode":"face")"), "face");
    EXPECT_EQ(credential(R"("currentVerifyMode":"fingerprint")"), "fingerprint");
    EXPECT_EQ(credential(R"("currentVerifyMode":"cardOrFace")"), "card");
    EXPECT_EQ(credential(R"("currentVerifyMode":"face","cardNo":"77")"), "card");
    EXPECT_EQ(credential(R"("QRCodeInfo":"abc")"), "code");
}

TEST(EventMap, CallsAReplayedRecordHistory)
{
    EXPECT_TRUE(
        access(R"("majorEventType":5,"subEventType":1,"serialNo":1,"currentEvent":false)").event.history);
    EXPECT_TRUE(mapped(heartbeat(), {.device = "d", .history = true}).event.history);
    EXPECT_TRUE(
        mapped(alert_xml("IO", "active", "<isDataRetransmission>true</isDataRetransmission>")).event.history);
    EXPECT_TRUE(
        mapped(plate_xml("<licensePlate>A1</licensePlate><alarmDataType>1</alarmDataType>")).event.history);
    EXPECT_FALSE(
        mapped(plate_xml("<licensePlate>A1</licensePlate><alarmDataType>0</alarmDataType>")).event.history);
}

TEST(EventMap, GivesAStoredCameraEventAKeyAndALiveOneNone)
{
    const auto stored = alert_xml("IO", "active", "<isDataRetransmission>true</isDataRetransmission>");
    EXPECT_FALSE(record_key(1, mapped(stored)).empty());
    EXPECT_EQ(record_key(1, mapped(stored)), record_key(2, mapped(stored)));
    EXPECT_TRUE(record_key(1, mapped(alert_xml("IO", "active"))).empty());
}

TEST(EventMap, TellsRecordsWithoutNumberApartByWhatTheySay)
{
    const auto one = access(R"("majorEventType":5,"subEventType":21,"doorNo":1)");
    const auto two = access(R"("majorEventType":5,"subEventType":21,"doorNo":2)");
    EXPECT_EQ(one.key, access(R"("majorEventType":5,"subEventType":21,"doorNo":1)").key);
    EXPECT_NE(one.key, two.key);
    EXPECT_EQ(record_key(1, one), record_key(2, one));
    EXPECT_TRUE(one.event.device_record.empty());
}

TEST(EventMap, ReadsHowFarTheCameraBelievesEachCharacter)
{
    const auto characters = [](const std::string& list) {
        const auto m = mapped(plate_xml("<licensePlate>沪A12345</licensePlate>" + list));
        return body<model::VehiclePassage>(m).plate.characters;
    };
    const std::vector<double> believed{0.31, 0.99, 0.99, 0.98, 0.5, 0.99, 0};
    EXPECT_EQ(characters("<plateCharBelieve>31,99,99,98,50, 99,x</plateCharBelieve>"), believed);
    EXPECT_TRUE(characters("<plateCharBelieve>31,99</plateCharBelieve>").empty());
    EXPECT_TRUE(characters("").empty());
}

TEST(EventMap, ReadsAPlatePassage)
{
    const auto m = mapped(plate_xml(
        "<licensePlate>沪a·12345</licensePlate><line>1</line><direction>reverse</"
        "direction><confidenceLevel>98</confidenceLevel>"
        "<plateColor>blue</plateColor><vehicleType>SUVMPV</vehicleType><barrierGateCtrlType>1</"
        "barrierGateCtrlType>"
        "<vehicleInfo><color>unknown</color></vehicleInfo><pictureInfoList><pictureInfo><fileName>d.jpg</"
        "fileName><type>detectionPicture"
        "</type><dataType>0</dataType><absTime>20260301080000847</absTime></"
        "pictureInfo><pictureInfo><fileName>x.jpg</fileName>"
        "<type>licensePlatePicture</type></pictureInfo></pictureInfoList><listType>white</listType>",
        "<UUID>u-7</UUID><picNum>2</picNum>"));
    const auto passage = body<model::VehiclePassage>(m);
    EXPECT_EQ(passage.plate.text, "沪A12345");
    EXPECT_EQ(passage.plate.color, "blue");
    EXPECT_DOUBLE_EQ(passage.plate.confidence, 0.98);
    EXPECT_EQ(passage.vehicle_type, "SUVMPV");
    EXPECT_EQ(passage.vehicle_color, "");
    EXPECT_EQ(passage.device_list, "allow");
    EXPECT_TRUE(passage.passed);
    EXPECT_EQ(passage.lane_no, 1);
    EXPECT_TRUE(m.reversing);
    EXPECT_TRUE(m.device_opened);
    EXPECT_EQ(m.event.device_record, "u-7");
    EXPECT_EQ(record_key(4, m), "anpr/u-7");
    EXPECT_EQ(m.passage_key, "plate/沪A12345/20260301080000");
    EXPECT_EQ(m.pictures_expected, 2);
    EXPECT_EQ(picture_kind("x.jpg", m), "plate");
    EXPECT_EQ(picture_kind("d.jpg", m), "scene");
    EXPECT_EQ(picture_kind("vehiclePicture.jpg", m), "vehicle");
    EXPECT_EQ(picture_kind("", m), "scene");
}

TEST(EventMap, KeepsAPassageWithoutPlate)
{
    for (const auto plate : {"", "unknown", "UNKNOWN", "无车牌", " 无 "}) {
        const auto m = mapped(
            plate_xml("<licensePlate>" + std::string(plate) + "</licensePlate><listType>black</listType>"));
        EXPECT_EQ(body<model::VehiclePassage>(m).plate.text, "");
        EXPECT_EQ(body<model::VehiclePassage>(m).device_list, "deny");
        EXPECT_FALSE(body<model::VehiclePassage>(m).passed);
        EXPECT_FALSE(m.key.empty());
    }
}

TEST(EventMap, FallsBackToPlateAndTimeWithoutUuid)
{
    const auto m = mapped(plate_xml(
        "<licensePlate>A1</licensePlate><pictureInfoList><pictureInfo><absTime>20260301080001500</absTime>"
        "</pictureInfo></pictureInfoList>"));
    EXPECT_EQ(record_key(9, m), "plate/A1/20260301080001");
}

TEST(EventMap, TellsUnreadCarsOfOneSecondApartByLaneAndMilliseconds)
{
    const auto unread = [](const std::string& lane, const std::string& time) {
        return mapped(plate_xml("<licensePlate>unknown</licensePlate><line>" + lane +
                                "</line><pictureInfoList><pictureInfo><absTime>" + time +
                                "</absTime></pictureInfo></pictureInfoList>"));
    };
    const auto one = unread("1", "20260301080001500");
    EXPECT_EQ(one.key, unread("1", "20260301080001500").key);
    EXPECT_NE(one.key, unread("1", "20260301080001800").key);
    EXPECT_NE(one.key, unread("2", "20260301080001500").key);
    EXPECT_EQ(one.passage_key, unread("2", "20260301080001800").passage_key); // all that a poll can tell
}

TEST(EventMap, ACarThatTheDeviceLetInHasPassedWhateverItsListSays)
{
    const auto passed = [](const std::string& more) {
        return body<model::VehiclePassage>(mapped(plate_xml("<licensePlate>A1</licensePlate>" + more)))
            .passed;
    };
    EXPECT_FALSE(passed("<listType>black</listType><barrierGateCtrlType>0</barrierGateCtrlType>"));
    EXPECT_TRUE(passed("<listType>black</listType><barrierGateCtrlType>1</barrierGateCtrlType>"));
}

TEST(EventMap, ReadsTimesWithoutOffsetAsLocal)
{
    const auto document =
        R"({"eventType":"ANPR","dateTime":"2026-03-01T08:00:00","ANPR":{"licensePlate":"A1"}})";
    const auto m = mapped(document, {.device = "d", .utc_offset = 420min});
    EXPECT_EQ(m.event.device_time, at("2026-03-01T01:00:00Z"));
    EXPECT_FALSE(m.offset_given);
    const auto compact =
        mapped(R"({"eventType":"ANPR","ANPR":{"licensePlate":"A1","captureTime":"20260301T0800001230"}})");
    EXPECT_EQ(compact.event.device_time, at("2026-03-01T00:00:00.123Z"));
    EXPECT_FALSE(mapped(R"({"eventType":"IO","dateTime":"yesterday"})").event.device_time);
}

TEST(EventMap, APassageFromTheLogIsNamedByItsPicture)
{
    const auto row = [](const std::string& uuid) {
        return mapped(R"({"eventType":"ANPR",)" + uuid +
                      R"("ANPR":{"licensePlate":"A1","captureTime":"20260301T0800001230","picName":"p-7"}})");
    };
    EXPECT_EQ(row("").event.device_record, "p-7");
    EXPECT_EQ(row(R"("UUID":"u-1",)").event.device_record, "u-1");
}

TEST(PlateWords, AreOurs)
{
    EXPECT_EQ(plate_text("京 A·D12345"), "京AD12345");
    EXPECT_EQ(plate_text("\xC2\xB3"
                         "A12345"),
              "鲁A12345"); // GB2312 that passes for UTF-8
    EXPECT_EQ(plate_text(std::string(40, 'A')), "");
    EXPECT_EQ(plate_color("newEnergyYellowGreen"), "green");
    EXPECT_EQ(plate_color("Yellow"), "yellow");
    EXPECT_EQ(plate_color("other"), "unknown");
    EXPECT_DOUBLE_EQ(confidence(0.5), 0.5);
    EXPECT_DOUBLE_EQ(confidence(100), 1);
    EXPECT_DOUBLE_EQ(confidence(1), 0.01);
    EXPECT_LT(confidence(101), 0);
    EXPECT_LT(confidence(-3), 0);
}

} // namespace
} // namespace gatehouse::isapi
