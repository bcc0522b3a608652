// ISAPI: what comes on alertStream, cut into parts and read.
#include "protocols/isapi/alert.hpp"
#include "protocols/isapi/multipart.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <fmt/format.h>

namespace gatehouse::bench {
namespace {

std::string alert_part(std::string_view type, std::string_view document)
{
    return fmt::format(
        "--boundary\r\nContent-Type: {}; charset=\"UTF-8\"\r\nContent-Length: {}\r\n\r\n{}\r\n", type,
        document.size(), document);
}

std::size_t read_alert_parts(std::string_view bytes)
{
    constexpr std::size_t chunk = 16'384; // as the session reads
    isapi::Multipart parts("multipart/mixed; boundary=boundary");
    std::size_t understood = 0;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size()))) {
        parts.feed(bytes.substr(0, chunk));
        while (const auto part = parts.next())
            if (isapi::parse_alert(part->text()).alert) ++understood;
    }
    return understood;
}

std::string plate()
{
    return R"(<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">
<ipAddress>192.0.2.21</ipAddress>
<protocolType>HTTP</protocolType>
<macAddress>02:00:00:00:00:21</macAddress>
<channelID>1</channelID>
<dateTime>2026-11-26T08:15:02.417+08:00</dateTime>
<activePostCount>1</activePostCount>
<eventType>ANPR</eventType>
<eventState>active</eventState>
<eventDescription>ANPR</eventDescription>
<channelName>东门进口</channelName>
<ANPR>
<country>8</country>
<licensePlate>沪A12345</licensePlate>
<line>1</line>
<direction>forward</direction>
<confidenceLevel>97</confidenceLevel>
<plateType>92TypeCivil</plateType>
<plateColor>blue</plateColor>
<licenseBright>0</licenseBright>
<vehicleType>vehicle</vehicleType>
<detectDir>8</detectDir>
<detectType>0</detectType>
<alarmDataType>0</alarmDataType>
<vehicleInfo><index>1</index><vehicleType>3</vehicleType><colorDepth>2</colorDepth><color>white</color><speed>0</speed><length>0</length></vehicleInfo>
<pictureInfoList>
<pictureInfo><fileName>licensePlatePicture.jpg</fileName><type>licensePlatePicture</type><dataType>0</dataType><picRecogMode>1</picRecogMode><absTime>20261126081502417</absTime><pId>2026112608150241700001</pId></pictureInfo>
<pictureInfo><fileName>detectionPicture.jpg</fileName><type>detectionPicture</type><dataType>0</dataType><picRecogMode>1</picRecogMode><absTime>20261126081502417</absTime><pId>2026112608150241700002</pId></pictureInfo>
</pictureInfoList>
<listType>white</listType>
<originalLicensePlate>沪A12345</originalLicensePlate>
<barrierGateCtrlType>0</barrierGateCtrlType>
</ANPR>
<UUID>5b1c0e9e-6a9c-11ef-8f4e-020000000021</UUID>
<picNum>2</picNum>
</EventNotificationAlert>
)";
}

std::string face()
{
    return R"({
	"ipAddress":	"192.0.2.22",
	"portNo":	80,
	"protocol":	"HTTP",
	"macAddress":	"02:00:00:00:00:22",
	"channelID":	1,
	"dateTime":	"2026-11-26T08:15:02+08:00",
	"activePostCount":	1,
	"eventType":	"AccessControllerEvent",
	"eventState":	"active",
	"eventDescription":	"Access Controller Event",
	"AccessControllerEvent":	{
		"deviceName":	"一号楼门禁",
		"majorEventType":	5,
		"subEventType":	75,
		"name":	"王小明",
		"cardReaderKind":	1,
		"cardReaderNo":	1,
		"doorNo":	1,
		"verifyNo":	173,
		"employeeNoString":	"1001",
		"serialNo":	20417,
		"userType":	"normal",
		"currentVerifyMode":	"cardOrFaceOrFp",
		"currentEvent":	true,
		"frontSerialNo":	20416,
		"attendanceStatus":	"undefined",
		"label":	"",
		"statusValue":	0,
		"mask":	"no",
		"picturesNumber":	1,
		"purePwdVerifyEnable":	true
	}
})";
}

} // namespace

std::vector<Codec> isapi_codecs()
{
    const std::vector<std::string> plates(20, plate());
    const std::vector<std::string> faces(20, face());
    std::vector<Codec> rows{
        streamed("isapi, plates in XML", std::vector<std::string>(20, alert_part("application/xml", plate())),
                 read_alert_parts),
        streamed("isapi, faces in JSON", std::vector<std::string>(20, alert_part("application/json", face())),
                 read_alert_parts)};
    against_xml(rows[0], plates);
    against_json(rows[1], faces);
    return rows;
}

} // namespace gatehouse::bench
