#include "gateway/config/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class TableReading : public testing::Test {
protected:
    Table parse(const std::string& text) { return Table::parse(text, "f.toml", issues_); }
    std::string only_issue()
    {
        EXPECT_EQ(issues_.size(), 1U);
        return issues_.empty() ? "" : to_string(issues_.back());
    }
    Issues issues_;
};

TEST_F(TableReading, UnderstandsDurations)
{
    auto table = parse("a=\"250ms\"\nb=\"60s\"\nc=\"5m\"\nd=\"12h\"\ne=\"30d\"\nf=0");
    const auto at = [&](const char* key) { return table.duration(key, 1ms, 0ms, 24h * 365); };
    EXPECT_EQ(at("a"), 250ms);
    EXPECT_EQ(at("b"), 60s);
    EXPECT_EQ(at("c"), 5min);
    EXPECT_EQ(at("d"), 12h);
    EXPECT_EQ(at("e"), 24h * 30);
    EXPECT_EQ(at("f"), 0ms);
    EXPECT_EQ(at("absent"), 1ms);
    EXPECT_TRUE(issues_.empty());
}

TEST_F(TableReading, RefusesWhatIsNoDuration)
{
    for (const auto* wrong : {"\"60\"", "\"\"", "\"s\"", "\"-1s\"", "\"1 s\"", "\"1.5s\"",
                              "\"99999999999999999d\"", "60", "true"}) {
        issues_.clear();
        auto table = parse(std::string("a = ") + wrong);
        EXPECT_EQ(table.duration("a", 7s, 0ms, 1h), 7s);
        EXPECT_THAT(only_issue(), HasSubstr("a duration such as")) << wrong;
    }
}

TEST_F(TableReading, YieldsTheFallbackAndAnIssueForAWrongType)
{
    auto table = parse("a = 1\nb = \"x\"\nc = [1, \"y\"]\nd = 2.5");
    EXPECT_EQ(table.text("a", "f"), "f");
    EXPECT_EQ(table.integer("b", 5, 0, 9), 5);
    EXPECT_TRUE(table.flag("b", true));
    EXPECT_THAT(table.texts("c"), ElementsAre("y"));
    EXPECT_EQ(table.number("d", 0, 0, 2), 0);
    EXPECT_EQ(table.number("a", 0, 0, 2), 1);
    EXPECT_TRUE(table.tables("a").empty());
    EXPECT_FALSE(table.table("b").has("z"));
    EXPECT_EQ(issues_.size(), 7U);
}

TEST_F(TableReading, ReadsATableWhoseKeysAreFree)
{
    auto table = parse("a = { \"1\" = \"in\", out = \"2\" }\nb = { x = 1, y = \"z\" }\nc = \"d\"");
    EXPECT_THAT(table.text_map("a"), ElementsAre(Pair("1", "in"), Pair("out", "2")));
    EXPECT_TRUE(table.text_map("none").empty());
    EXPECT_TRUE(issues_.empty());
    EXPECT_THAT(table.text_map("b"), ElementsAre(Pair("y", "z")));
    EXPECT_THAT(only_issue(), HasSubstr("\"x\" is an integer; right would be a text in quotes"));
    EXPECT_TRUE(table.text_map("c").empty());
    EXPECT_EQ(issues_.size(), 2U);
    table.finish();
    EXPECT_EQ(issues_.size(), 2U);
}

TEST_F(TableReading, NamesUnknownKeysOnceAndSuggestsTheLikelyOne)
{
    auto table = parse("colour = 1\nzzz = 2");
    table.integer("color", 0, 0, 9);
    table.finish();
    table.finish();
    ASSERT_EQ(issues_.size(), 2U);
    EXPECT_EQ(to_string(issues_[0]), "f.toml:1:1: colour: unknown key; did you mean \"color\"?");
    EXPECT_EQ(to_string(issues_[1]), "f.toml:2:1: zzz: unknown key; known here: color");
}

TEST_F(TableReading, ReachesTablesBelow)
{
    auto table = parse("[[a]]\nb = 1\n[[a]]\n[a.c]\nd = \"x\"");
    auto list = table.tables("a");
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].integer("b", 0, 0, 9), 1);
    EXPECT_EQ(list[1].table("c").path(), "a[1].c");
    EXPECT_EQ(list[1].table("c").text("d"), "x");
    EXPECT_EQ(table.table("absent").text("x", "y"), "y");
}

TEST_F(TableReading, OutlivesTheIssuesOnceSilent)
{
    auto issues = std::make_unique<Issues>();
    auto table = Table::parse("a = 1", "f.toml", *issues).silent();
    issues.reset();
    EXPECT_EQ(table.text("a", "fallback"), "fallback");
}

TEST_F(TableReading, AskedToReadASingleTableForAnArrayItSaysHowToWriteIt)
{
    parse("[device]\nid = \"x\"").tables("device");
    EXPECT_THAT(only_issue(), HasSubstr("is a table; right would be one [[device]] for each"));
}

} // namespace
} // namespace gatehouse::config
