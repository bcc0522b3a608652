#include "protocols/isapi/alert.hpp"

#include "tests/unit/protocols/isapi/documents.hpp"

#include <gtest/gtest.h>

namespace gatehouse::isapi {
namespace {

using namespace test;

ParseFlaw flaw_of(std::string_view document)
{
    const auto parsed = parse_alert(document);
    EXPECT_NE(parsed.alert.has_value(), parsed.flaw != ParseFlaw::none);
    EXPECT_EQ(parsed.text.empty(), parsed.alert.has_value());
    return parsed.flaw;
}

TEST(Alert, ReadsTheHeadWhateverTheNamespace)
{
    for (const auto name : {"http://www.isapi.org/ver20/XMLSchema", "urn:psialliance-org", ""}) {
        const auto document = "<h:EventNotificationAlert xmlns:h=\"" + std::string(name) +
                              "\"><h:dynChannelID>33</h:dynChannelID><h:channelID>1</"
                              "h:channelID><h:eventType> IO </h:eventType>"
                              "<h:inputIOPortID>2</h:inputIOPortID></h:EventNotificationAlert>";
        const auto parsed = parse_alert(document);
        ASSERT_TRUE(parsed.alert) << parsed.text;
        EXPECT_EQ(parsed.alert->type, "IO");
        EXPECT_EQ(parsed.alert->channel, 33);
        EXPECT_EQ(parsed.alert->input, 2);
    }
}

TEST(Alert, TakesEmptyOptionalElements)
{
    const auto parsed = parse_alert(heartbeat());
    ASSERT_TRUE(parsed.alert);
    EXPECT_FALSE(parsed.alert->post_count);
    EXPECT_EQ(parsed.alert->channel, 1);
}

TEST(Alert, ReadsNumbersWrittenAsTextAndHexAndTextWrittenAsNumbers)
{
    const auto parsed = parse_alert(access_json(
        R"("majorEventType":"0x5","subEventType":"0x4b","serialNo":"42","employeeNoString":7,"doorNo":1.0,"cardReaderNo":"")"));
    ASSERT_TRUE(parsed.alert && parsed.alert->access);
    EXPECT_EQ(parsed.alert->access->major, 5);
    EXPECT_EQ(parsed.alert->access->minor, 75);
    EXPECT_EQ(parsed.alert->access->serial_no, 42u);
    EXPECT_EQ(parsed.alert->access->person, "7");
    EXPECT_EQ(parsed.alert->access->door_no, 1);
    EXPECT_FALSE(parsed.alert->access->reader_no);
}

TEST(Alert, ReadsTheSameFromJsonWithAndWithoutWrapper)
{
    const auto plain = access_json(R"("majorEventType":5,"subEventType":1,"serialNo":9)");
    for (const auto& document : {plain, "{\"EventNotificationAlert\":" + plain + "}"}) {
        const auto parsed = parse_alert(document);
        ASSERT_TRUE(parsed.alert && parsed.alert->access) << parsed.text;
        EXPECT_EQ(parsed.alert->access->serial_no, 9u);
    }
}

TEST(Alert, ReadsChineseInEitherEncoding)
{
    const std::string gbk("\xBB\xA6"
                          "A12345");
    for (const std::string declaration :
         {"", "<?xml version=\"1.0\" encoding=\"GB2312\"?>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"})
        for (const auto& plate : {gbk, std::string("沪A12345")}) {
            const auto parsed =
                parse_alert(declaration + plate_xml("<licensePlate>" + plate + "</licensePlate>"));
            ASSERT_TRUE(parsed.alert && parsed.alert->plate) << parsed.text;
            EXPECT_EQ(parsed.alert->plate->plate, "沪A12345") << declaration;
        }
}

TEST(Alert, ReadsThePlateBlock)
{
    const auto parsed =
        parse_alert(plate_xml("<plateNumber>ABC1234</plateNumber><line>2</line><confidenceLevel>97.5</"
                              "confidenceLevel><direction>reverse</direction>"
                              "<vehicleInfo><color>white</color><index>1</index></vehicleInfo><listType/"
                              "><vehicleListName>black</vehicleListName>"
                              "<pictureInfoList><pictureInfo><fileName>a.jpg</fileName><dataType>0</"
                              "dataType><absTime>20260301080000123</absTime>"
                              "<plateRect><X>1</X></plateRect></pictureInfo><pictureInfo><pId>b</"
                              "pId><dataType>url</dataType></pictureInfo></pictureInfoList>",
                              "<UUID>u-1</UUID><picNum>2</picNum><hasMoreData>true</hasMoreData>"));
    ASSERT_TRUE(parsed.alert && parsed.alert->plate) << parsed.text;
    const auto& plate = *parsed.alert->plate;
    EXPECT_EQ(plate.plate, "ABC1234");
    EXPECT_EQ(plate.lane_no, 2);
    EXPECT_EQ(plate.confidence, 97.5);
    EXPECT_EQ(plate.vehicle_color, "white");
    EXPECT_EQ(plate.list_type, "black");
    ASSERT_EQ(plate.pictures.size(), 2u);
    EXPECT_EQ(plate.pictures[0].file_name, "a.jpg");
    EXPECT_TRUE(plate.pictures[1].by_url);
    EXPECT_EQ(parsed.alert->uuid, "u-1");
    EXPECT_EQ(parsed.alert->pictures_announced, 2);
    EXPECT_TRUE(parsed.alert->more_to_come);
}

TEST(Alert, ReadsListsOfJsonLikeThoseOfXml)
{
    const auto parsed =
        parse_alert(R"({"eventType":"fielddetection","eventState":"active","DetectionRegionList":[
        {"DetectionRegionEntry":{"regionID":"3","detectionTarget":"human"}},{"regionID":4,"detectionTarget":"vehicle"}],
        "DurationList":[{"relationEvent":"linedetection"}]})");
    ASSERT_TRUE(parsed.alert) << parsed.text;
    ASSERT_EQ(parsed.alert->regions.size(), 2u);
    EXPECT_EQ(parsed.alert->regions[0].id, 3);
    EXPECT_EQ(parsed.alert->regions[1].target, "vehicle");
    EXPECT_EQ(parsed.alert->related_type, "linedetection");
}

TEST(Alert, ReadsTextsWithEscapesAndNumbersAsTheyAreWritten)
{
    const auto parsed = parse_alert(access_json(
        R"("employee\u004eo":"\u738b\t","cardNo":"a\"b","currentVerifyMode":"","userType":"\\","serialNo":1e2,"majorEventType":-5)"));
    ASSERT_TRUE(parsed.alert && parsed.alert->access) << parsed.text;
    EXPECT_EQ(parsed.alert->access->person, "王");
    EXPECT_EQ(parsed.alert->access->card_no, "a\"b");
    EXPECT_EQ(parsed.alert->access->verify_mode, "");
    EXPECT_EQ(parsed.alert->access->user_type, "\\");
    EXPECT_EQ(parsed.alert->access->serial_no, 100u);
    EXPECT_EQ(parsed.alert->access->major, -5);
}

TEST(Alert, TakesTheLastOfTheMembersThatHaveOneName)
{
    const auto parsed = parse_alert(access_json(
        R"("cardNo":"1","serialNo":1,"cardNo":"2","cardNo":"3","serialNo":2,"employeeNo":[7,8],"employeeNo":9)"));
    ASSERT_TRUE(parsed.alert && parsed.alert->access) << parsed.text;
    EXPECT_EQ(parsed.alert->access->card_no, "3");
    EXPECT_EQ(parsed.alert->access->serial_no, 2u);
    EXPECT_EQ(parsed.alert->access->person, "9");
}

TEST(Alert, SaysWhyItRefuses)
{
    EXPECT_EQ(flaw_of(""), ParseFlaw::empty);
    EXPECT_EQ(flaw_of(" \r\n"), ParseFlaw::empty);
    EXPECT_EQ(flaw_of("hello"), ParseFlaw::malformed);
    EXPECT_EQ(flaw_of("<EventNotificationAlert><eventType>IO</eventType>"), ParseFlaw::malformed);
    EXPECT_EQ(flaw_of("{\"eventType\":"), ParseFlaw::malformed);
    EXPECT_EQ(flaw_of("{\"eventType\":\"IO\"} x"), ParseFlaw::malformed);
    EXPECT_EQ(flaw_of("<html><body/></html>"), ParseFlaw::not_an_alert);
    EXPECT_EQ(flaw_of("{\"AcsEvent\":{}}"), ParseFlaw::not_an_alert);
    EXPECT_EQ(flaw_of("{}"), ParseFlaw::not_an_alert);
    EXPECT_EQ(flaw_of("<EventNotificationAlert/>"), ParseFlaw::no_event_type);
    EXPECT_EQ(flaw_of("<PPVSPMessage><MajorType>0x5</MajorType><MinorType>0x4b</MinorType></PPVSPMessage>"),
              ParseFlaw::isup_message);
    EXPECT_EQ(flaw_of(std::string((2U << 20) + 1, '<')), ParseFlaw::too_large);
    std::string deep = "{\"eventType\":";
    for (int i = 0; i < 100; ++i)
        deep += "[";
    EXPECT_EQ(flaw_of(deep), ParseFlaw::too_deep);
    std::string tree;
    for (int i = 0; i < 100; ++i)
        tree += "<EventNotificationAlert>";
    for (int i = 0; i < 100; ++i)
        tree += "</EventNotificationAlert>";
    EXPECT_EQ(flaw_of(tree), ParseFlaw::too_deep);
}

} // namespace
} // namespace gatehouse::isapi
