#include "protocols/isapi/search.hpp"

#include "gateway/base/time_text.hpp"
#include "protocols/isapi/event_map.hpp"

#include <gtest/gtest.h>

namespace gatehouse::isapi {
namespace {

using namespace std::chrono_literals;

TEST(AcsSearch, WritesTheRequestDevicesTake)
{
    AcsSearch search;
    search.id = "s\"1";
    search.position = 30;
    search.from = base::parse_time("2026-03-01T00:00:00.123Z", 0min)->time;
    search.to = base::parse_time("2026-03-01T01:00:00Z", 0min)->time;
    EXPECT_EQ(
        acs_search_body(search),
        R"({"AcsEventCond":{"searchID":"s\"1","searchResultPosition":30,"maxResults":30,"major":0,"minor":0,)"
        R"("startTime":"2026-03-01T08:00:00+08:00","endTime":"2026-03-01T09:00:00+08:00","picEnable":false}})");
}

TEST(AcsSearch, ReadsAPageWhoseRowsAreEvents)
{
    const auto page = parse_acs_page(
        R"({"AcsEvent":{"searchID":"s","responseStatusStrg":"MORE","numOfMatches":"2","totalMatches":60,
        "InfoList":[{"major":5,"minor":75,"time":"2026-03-01T08:00:00+08:00","employeeNoString":"2","serialNo":1005},
                    {"major":"5","minor":"0x16","time":"2026-03-01T08:00:09+08:00","serialNo":"1006"}]}})");
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->more);
    EXPECT_EQ(page->matches, 2);
    EXPECT_EQ(page->total, 60);
    ASSERT_EQ(page->rows.size(), 2u);
    const auto first = map(page->rows[0], {.device = "d", .history = true});
    EXPECT_EQ(first.key, "acs/1005");
    EXPECT_TRUE(first.event.history);
    EXPECT_TRUE(first.event.device_time);
    EXPECT_TRUE(std::holds_alternative<model::AccessAttempt>(first.event.body));
    EXPECT_TRUE(std::holds_alternative<model::DoorState>(map(page->rows[1], {}).event.body));
}

TEST(AcsSearch, EndsWhereThereIsNothingMore)
{
    const auto none =
        parse_acs_page(R"({"AcsEvent":{"responseStatusStrg":"NO MATCH","numOfMatches":0,"totalMatches":0}})");
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->more);
    EXPECT_TRUE(none->rows.empty());
    // A device that says MORE and sends nothing would be asked for ever.
    EXPECT_FALSE(
        parse_acs_page(R"({"AcsEvent":{"responseStatusStrg":"MORE","numOfMatches":30,"InfoList":[]}})")
            ->more);
}

TEST(AcsSearch, CountsRowsThatAreNone)
{
    const auto page =
        parse_acs_page(R"({"AcsEvent":{"responseStatusStrg":"OK","InfoList":[1,null,{"serialNo":1}]}})");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->rows_refused, 2);
    EXPECT_EQ(page->rows.size(), 1u);
    EXPECT_EQ(page->matches, 3);
}

TEST(AcsSearch, RefusesOtherDocuments)
{
    EXPECT_FALSE(parse_acs_page(R"({"statusCode":4})"));
    EXPECT_FALSE(parse_acs_page("<AcsEvent/>"));
    EXPECT_FALSE(parse_acs_page(""));
    EXPECT_FALSE(parse_acs_page(R"({"AcsEvent":[]})"));
}

TEST(PlatesPoll, AsksAfterTheLastPlate)
{
    EXPECT_NE(plates_body("20240428T1300000000")
                  .find("<AfterTime><picTime>20240428T1300000000</picTime></AfterTime>"),
              std::string::npos);
    EXPECT_NE(plates_body("<&").find("&lt;&amp;"), std::string::npos);
}

TEST(PlatesPoll, ReadsPlatesAndRemembersTheLast)
{
    const auto page = parse_plates(
        "<Plates><Plate><captureTime>20240428T1300010000</captureTime><plateNumber>A2</plateNumber>"
        "<picName>p-2</picName><laneNo>1</laneNo></Plate><Plate><captureTime>20240428T1300000000</"
        "captureTime>"
        "<plateNumber>A1</plateNumber></Plate></Plates>");
    ASSERT_TRUE(page);
    ASSERT_EQ(page->rows.size(), 2u);
    EXPECT_EQ(page->last, "20240428T1300010000");
    const auto passage = map(page->rows[0], {.device = "d", .history = true});
    EXPECT_EQ(passage.key, "plate/A2/20240428130001");
    EXPECT_EQ(passage.event.device_time, base::parse_time("2024-04-28T13:00:01+08:00", 0min)->time);
    EXPECT_EQ(passage.picture_url, "p-2");
    EXPECT_TRUE(parse_plates("<Plates/>")->rows.empty());
    EXPECT_FALSE(parse_plates("<html/>"));
}

TEST(PlatesPoll, BuildsNoPathFromAHostileName)
{
    EXPECT_EQ(plate_picture_path("20240428-1"), "/doc/ui/images/plate/20240428-1.jpg");
    for (const auto name : {"", "../../etc", "..", "a/b", "a?b", "a b", "a%2f"})
        EXPECT_EQ(plate_picture_path(name), "") << name;
}

TEST(RecordPicture, IsAskedOfTheDeviceItselfOnly)
{
    const std::string host = "192.0.2.22";
    EXPECT_EQ(record_picture_path("http://192.0.2.22/LOCALS/pic/1.jpg@WEB0", host), "/LOCALS/pic/1.jpg@WEB0");
    EXPECT_EQ(record_picture_path("https://192.0.2.22:8443/1.jpg", host), "/1.jpg");
    EXPECT_EQ(record_picture_path("/LOCALS/pic/1.jpg", host), "/LOCALS/pic/1.jpg");
    for (const auto url : {"", "1.jpg", "//192.0.2.9/1.jpg", "http://192.0.2.9/1.jpg",
                           "ftp://192.0.2.22/1.jpg", "http://192.0.2.22", "/a b", "/a\r\nX: y"})
        EXPECT_EQ(record_picture_path(url, host), "") << url;
}

} // namespace
} // namespace gatehouse::isapi
