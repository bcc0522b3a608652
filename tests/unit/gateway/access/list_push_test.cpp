#include "gateway/access/list_push.hpp"

#include <gmock/gmock.h>

namespace gatehouse::access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

ReadPush read(std::map<std::string, std::string> args)
{
    return read_push(args, std::chrono::minutes(480));
}

PushPlan made_of(const std::string& entries, const std::string& mode, std::vector<store::Credential> existing)
{
    const auto given = read({{"entries", entries}, {"mode", mode}});
    EXPECT_EQ(given.flaw, "");
    CsvOptions options;
    options.lanes = {"east-in"};
    return plan(given.push, std::move(existing), options);
}

store::Credential plate(const std::string& text, const std::string& name = "")
{
    store::Credential credential;
    credential.value = text;
    credential.name = name;
    return credential;
}

TEST(ListPush, ReadsPlatesAndWhatBelongsToThem)
{
    const auto given = read({{"list", "visitor"},
                             {"entries", R"(["沪A12345",{"plate":"沪B00001","name":"王","lanes":["east-in"],)"
                                         R"("valid_to":"2026-02-01T00:00:00+08:00"}])"}});
    EXPECT_EQ(given.flaw, "");
    EXPECT_EQ(given.push.mode, ListPush::Mode::add);
    ASSERT_THAT(given.push.entries, SizeIs(2));
    EXPECT_EQ(given.push.entries[1].list, "visitor");
    EXPECT_EQ(given.push.entries[1].lanes, std::vector<std::string>{"east-in"});
    EXPECT_TRUE(given.push.entries[1].valid_to);
}

TEST(ListPush, SaysWhatIsWrongWithAnOrder)
{
    EXPECT_THAT(read({}).flaw, HasSubstr("array of plates"));
    EXPECT_THAT(read({{"entries", "[]"}}).flaw, HasSubstr("no plate"));
    EXPECT_THAT(read({{"entries", "[7]"}}).flaw, HasSubstr("object"));
    EXPECT_THAT(read({{"entries", R"(["沪A12345"])"}, {"mode", "wipe"}}).flaw, HasSubstr("mode"));
    EXPECT_THAT(read({{"entries", R"([{"plate":"沪A12345","valid_to":"soon"}])"}}).flaw,
                HasSubstr("valid_to"));
    EXPECT_THAT(read({{"entries", R"([{"plate":"沪A12345","lanes":"east-in"}])"}}).flaw, HasSubstr("lanes"));
    std::string many = "[\"a\"";
    for (std::size_t i = 0; i < ListPush::entries_max; ++i)
        many += ",\"a\"";
    EXPECT_THAT(read({{"entries", many + "]"}}).flaw, HasSubstr("at most 500"));
}

TEST(ListPush, AddsChangesAndLeavesTheRestOfTheListAlone)
{
    const auto made = made_of(R"(["沪A11111","沪A22222",{"plate":"沪A33333","name":"李"},"nonsense!"])",
                              "add", {plate("沪A22222"), plate("沪A33333"), plate("沪A44444")});
    EXPECT_THAT(made.results, ElementsAre("added", "unchanged", "changed", "rejected"));
    EXPECT_THAT(made.entries, SizeIs(4));
    ASSERT_THAT(made.rejected, SizeIs(1));
    EXPECT_EQ(made.rejected[0].line, 4U);
    EXPECT_TRUE(made.changes());
}

TEST(ListPush, LeavesAnEntryInItsGroupAndWithItsCount)
{
    auto held = plate("沪A33333");
    held.group = "night";
    held.entries = 3;
    const auto made = made_of(R"([{"plate":"沪A33333","name":"李"}])", "add", {held});
    EXPECT_EQ(made.entries.at(0).name, "李");
    EXPECT_EQ(made.entries.at(0).group, "night");
    EXPECT_EQ(made.entries.at(0).entries, 3);
}

TEST(ListPush, RemovesAndReplaces)
{
    const std::vector<store::Credential> existing{plate("沪A22222"), plate("沪A44444")};
    const auto removed = made_of(R"(["沪A22222","沪A99999"])", "remove", existing);
    EXPECT_THAT(removed.results, ElementsAre("removed", "missing"));
    EXPECT_THAT(removed.entries, SizeIs(1));
    const auto replaced = made_of(R"(["沪A22222"])", "replace", existing);
    EXPECT_THAT(replaced.results, ElementsAre("unchanged"));
    EXPECT_EQ(replaced.dropped, 1U);
    EXPECT_TRUE(replaced.changes());
    EXPECT_FALSE(made_of(R"(["沪A22222","沪A44444"])", "replace", existing).changes());
}

TEST(ListPush, JudgesAnEntryAsAListFileWould)
{
    const auto made =
        made_of(R"([{"plate":"沪A11111","lanes":["nowhere"]},{"plate":"沪a·1111 2"}])", "add", {});
    EXPECT_THAT(made.results, ElementsAre("rejected", "added"));
    EXPECT_EQ(made.entries.at(0).value, "沪A11112");
}

} // namespace
} // namespace gatehouse::access
