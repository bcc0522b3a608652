// Dahua: what comes on eventManager and snapManager, cut into parts and read (sheet §3, §4).
#include "protocols/dahua/notice.hpp"
#include "protocols/dahua/parts.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::bench {
namespace {

std::string notice_part(std::string_view type, std::string_view body)
{
    return fmt::format("--myboundary\r\nContent-Type: {}\r\nContent-Length:{}\r\n\r\n{}\r\n", type,
                       body.size(), body);
}

std::size_t read_notice_parts(std::string_view bytes)
{
    constexpr std::size_t chunk = 16'384; // as the session reads
    dahua::PartScanner parts("multipart/x-mixed-replace; boundary=myboundary");
    std::size_t understood = 0;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size()))) {
        parts.feed(bytes.substr(0, chunk));
        while (const auto part = parts.next()) {
            const bool picture = part->kind == dahua::Part::Kind::picture;
            if (picture || dahua::read_notices(part->text()).flaw.empty()) ++understood;
        }
    }
    return understood;
}

std::string passed_data()
{
    return R"({
   "CardName" : "王小明",
   "CardNo" : "0A1B2C3D",
   "CardType" : 0,
   "CreateTime" : 1795652102,
   "Door" : 0,
   "ErrorCode" : 0,
   "FaceIndex" : 0,
   "ImageInfo" : [ { "Height" : 0, "Length" : 41210, "Offset" : 0, "Type" : 1, "Width" : 0 } ],
   "LiftNo" : "",
   "Method" : 15,
   "ReaderID" : "1",
   "RealUTC" : 1795652102,
   "RecNo" : 20417,
   "Similarity" : 97,
   "SnapPath" : "/mnt/appdata1/userpic/SnapShot/2026-11-26/20417.jpg",
   "Status" : 1,
   "Type" : "Entry",
   "UTC" : 1795652102,
   "UserID" : "1001",
   "UserType" : 0
}
)";
}

std::string plate_data()
{
    return R"({
   "CommInfo" : { "Country" : "CN" },
   "CountInGroup" : 1,
   "EventID" : 10407,
   "GroupID" : 311,
   "IndexInGroup" : 1,
   "Lane" : 1,
   "LocaleTime" : "2026-11-26 08:15:02",
   "Name" : "TrafficJunction1",
   "Object" : {
      "Action" : "Appear",
      "BoundingBox" : [ 2848, 4944, 3552, 5320 ],
      "Center" : [ 3200, 5132 ],
      "Confidence" : 97,
      "MainColor" : [ 0, 0, 255, 0 ],
      "ObjectID" : 1207,
      "ObjectType" : "Plate",
      "Text" : "沪A12345"
   },
   "RealUTC" : 1795652102,
   "RuleID" : 1,
   "Sequence" : 0,
   "Speed" : 7,
   "TrafficCar" : {
      "Country" : "CN",
      "Direction" : 0,
      "DrivingDirection" : [ "Approach", "", "" ],
      "PlateColor" : "Blue",
      "PlateNumber" : "沪A12345",
      "PlateType" : "Normal",
      "Speed" : 7,
      "UTC" : 1795652102,
      "VehicleColor" : "White",
      "VehicleSize" : "Small",
      "ViolationCode" : ""
   },
   "TriggerType" : 2,
   "UTC" : 1795652102,
   "Vehicle" : {
      "BoundingBox" : [ 1024, 2048, 6144, 7936 ],
      "Category" : "SaloonCar",
      "Confidence" : 82,
      "MainColor" : [ 255, 255, 255, 0 ],
      "ObjectID" : 1208,
      "ObjectType" : "Vehicle",
      "Text" : "Unknown"
   }
}
)";
}

// The same car in the dotted lines of snapManager.
std::string plate_lines()
{
    std::string text;
    for (const std::string_view line : {"EventBaseInfo.Code=TrafficJunction",
                                        "EventBaseInfo.Action=Pulse",
                                        "EventBaseInfo.Index=0",
                                        "CountInGroup=1",
                                        "EventID=10407",
                                        "GroupID=311",
                                        "IndexInGroup=1",
                                        "Lane=1",
                                        "LocaleTime=2026-11-26 08:15:02",
                                        "Name=TrafficJunction1",
                                        "Object.Action=Appear",
                                        "Object.BoundingBox[0]=2848",
                                        "Object.BoundingBox[1]=4944",
                                        "Object.BoundingBox[2]=3552",
                                        "Object.BoundingBox[3]=5320",
                                        "Object.Confidence=97",
                                        "Object.ObjectID=1207",
                                        "Object.ObjectType=Plate",
                                        "Object.Text=沪A12345",
                                        "RealUTC=1795652102",
                                        "RuleID=1",
                                        "SceneImage.Offset=0",
                                        "SceneImage.Length=60000",
                                        "Sequence=0",
                                        "Speed=7",
                                        "TrafficCar.Country=CN",
                                        "TrafficCar.Direction=0",
                                        "TrafficCar.DrivingDirection[0]=Approach",
                                        "TrafficCar.PlateColor=Blue",
                                        "TrafficCar.PlateNumber=沪A12345",
                                        "TrafficCar.PlateType=Normal",
                                        "TrafficCar.Speed=7",
                                        "TrafficCar.UTC=1795652102",
                                        "TrafficCar.VehicleColor=White",
                                        "TrafficCar.VehicleSize=Small",
                                        "TriggerType=2",
                                        "UTC=1795652102",
                                        "Vehicle.Category=SaloonCar",
                                        "Vehicle.Confidence=82",
                                        "Vehicle.ObjectType=Vehicle",
                                        "Vehicle.Text=Unknown"})
        text += fmt::format("Events[0].{}\r\n", line);
    return text;
}

} // namespace

std::vector<Codec> dahua_codecs()
{
    const auto passed = passed_data();
    const auto plate = plate_data();
    std::vector<std::string> events, documents;
    for (int i = 0; i < 10; ++i) {
        events.push_back(notice_part("text/plain", "Code=AccessControl;action=Pulse;index=0;data=" + passed));
        events.push_back(
            notice_part("text/plain", "Code=TrafficJunction;action=Pulse;index=0;data=" + plate));
        events.push_back(notice_part("text/plain", "Heartbeat"));
        documents.push_back(passed);
        documents.push_back(plate);
    }
    std::vector<std::string> lines(20, notice_part("text/plain", plate_lines()));
    std::vector<std::string> pictures;
    for (int i = 0; i < 5; ++i) {
        pictures.push_back(lines.front());
        pictures.push_back(notice_part("image/jpeg", jpeg(picture_size)));
    }
    std::vector<Codec> rows{streamed("dahua, events", events, read_notice_parts),
                            streamed("dahua, events in lines", lines, read_notice_parts),
                            streamed("dahua, events in lines, 60 kB picture", pictures, read_notice_parts)};
    against_json(rows[0], documents);
    return rows;
}

} // namespace gatehouse::bench
