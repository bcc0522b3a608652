#include "gateway/cli/report_page.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace gatehouse::cli {
namespace {

const auto figures = boost::json::parse(R"({"site":"<zjd>","from":"2026-01-01T00:00:00.000+08:00",
"to":"2026-02-01T00:00:00.000+08:00","as_of":"2026-02-01T00:00:00.000+08:00","denominator":"due","kinds":[
{"kind":"all","filed":3,"due":2,"closing":{"part":11737,"whole":11934,"rate":0.983492},
"on_time":{"part":0,"whole":0,"rate":null},"acknowledge":{"count":1,"mean_s":90.0,"p90_s":90.0}}],
"false_alarms":[{"kind":"tamper","device":"a\"b","false_alarm":{"part":1,"whole":4,"rate":0.25}}],
"mutings":[{"kind":"tamper","false_alarm":{"part":3,"whole":10,"rate":0.3},"would_have_silenced":10,
"real_alerts":["A1"]}]})");

TEST(ReportPage, ShowsRatesWithTheirCountsAndSaysWhatHasNoValue)
{
    const auto sheets = sheets_of(figures);
    ASSERT_EQ(sheets.size(), 3U);
    const auto& row = sheets[0].rows.at(0);
    EXPECT_EQ(row.at(3), "98.35 % (11737/11934)");
    EXPECT_EQ(row.at(4), "no value (0/0)");
    EXPECT_EQ(row.at(7), "1.5 min");
    EXPECT_EQ(row.at(9), "no value");
    EXPECT_EQ(row.size(), sheets[0].header.size());
    EXPECT_EQ(sheets[2].rows.at(0).at(3), "A1");
}

TEST(ReportPage, IsOnePageWithoutAnythingFromOutsideAndEscapesEveryText)
{
    const auto page = report_page(figures);
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    EXPECT_EQ(page.find("<zjd>"), std::string::npos);
    EXPECT_NE(page.find("&lt;zjd&gt; 2026-01"), std::string::npos);
    EXPECT_NE(page.find("a&quot;b"), std::string::npos);
    for (const auto* outside : {"http://", "https://", "src=", "url(", "<script", "<link"})
        EXPECT_EQ(page.find(outside), std::string::npos) << outside;
}

TEST(ReportPage, TakesAnyAnswerForAReport)
{
    EXPECT_FALSE(report_page(boost::json::parse(R"([1,"x",null])")).empty());
    EXPECT_FALSE(report_page(boost::json::parse(R"({"kinds":{"a":1},"mutings":[7]})")).empty());
}

} // namespace
} // namespace gatehouse::cli
