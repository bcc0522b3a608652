#include "gateway/access/csv_list.hpp"

#include "gateway/access/csv_rows.hpp"
#include "gateway/base/random.hpp"
#include "gateway/base/time_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::access {
namespace {

using store::Credential;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::minutes offset{480};

ParsedList parse(std::string_view text)
{
    CsvOptions options;
    options.lanes = {"east-in", "west-in"};
    options.groups = {"staff"};
    return parse_list(text, options);
}

std::string errors_of(const ParsedList& list)
{
    std::string text;
    for (const auto& error : list.errors)
        text += std::to_string(error.line) + ": " + error.text + '\n';
    return text;
}

// Everything of an entry in one text, to compare whole lists.
std::string text_of(const Credential& entry)
{
    const auto time = [](const auto& at) { return at ? base::format_time(*at, offset) : "-"; };
    std::string text = std::string(to_string(entry.type)) + '|' + entry.value + '|' + entry.list + '|' +
                       entry.name + '|' + time(entry.valid_from) + '|' + time(entry.valid_to) + '|' +
                       entry.note;
    if (entry.entries) text += '|' + std::to_string(*entry.entries);
    for (const auto& extra : {entry.group, entry.reason, entry.instruction})
        if (!extra.empty()) text += '|' + extra;
    for (const auto& lane : entry.lanes)
        text += '|' + lane;
    return text;
}

std::vector<std::string> texts_of(const std::vector<Credential>& entries)
{
    std::vector<std::string> texts;
    for (const auto& entry : entries)
        texts.push_back(text_of(entry));
    return texts;
}

TEST(CsvList, ReadsEnglishColumnsInAnyOrder)
{
    const auto list = parse("Name,PLATE,valid_to,list,lanes,note\n"
                            "Zhang San,沪a·12345,2026-01-31,visitor,east-in|west-in,\"blue, small\"\n");
    EXPECT_TRUE(list.errors.empty()) << errors_of(list);
    EXPECT_THAT(
        texts_of(list.credentials),
        ElementsAre(
            "plate|沪A12345|visitor|Zhang San|-|2026-01-31T00:00:00.000+08:00|blue, small|east-in|west-in"));
}

TEST(CsvList, ReadsChineseColumnsWithEveryDelimiterAndLineEnd)
{
    for (const char* delimiter : {",", ";", "\t"}) {
        std::string text = "车牌#姓名#名单#生效#失效\r\n沪A12345#张三#业主#2026/1/"
                           "1#2026年12月31日\r\n\r\n沪B00001#李四#黑名单##\r\n";
        for (auto at = text.find('#'); at != std::string::npos; at = text.find('#'))
            text.replace(at, 1, delimiter);
        const auto list = parse("\xEF\xBB\xBF" + text);
        EXPECT_TRUE(list.errors.empty()) << errors_of(list);
        EXPECT_THAT(
            texts_of(list.credentials),
            ElementsAre(
                "plate|沪A12345|resident|张三|2026-01-01T00:00:00.000+08:00|2026-12-31T00:00:00.000+08:00|",
                "plate|沪B00001|deny|李四|-|-|"));
        EXPECT_EQ(list.lines, 2U);
    }
}

TEST(CsvList, ReadsGb18030)
{
    // "车牌,姓名" and "沪A12345,张三" as a spreadsheet in China saves them.
    const auto list = parse("\xB3\xB5\xC5\xC6,\xD0\xD5\xC3\xFB\r\n\xBB\xA6"
                            "A12345,\xD5\xC5\xC8\xFD\r\n");
    EXPECT_TRUE(list.errors.empty()) << errors_of(list);
    EXPECT_THAT(texts_of(list.credentials), ElementsAre("plate|沪A12345|resident|张三|-|-|"));
}

TEST(CsvList, MakesAnEntryOfEachThingARowNames)
{
    const auto list = parse("plate,person,card,name\n沪A12345,10086,0012,Z\n,10087,,\n");
    ASSERT_EQ(list.credentials.size(), 4U) << errors_of(list);
    EXPECT_EQ(list.credentials[0].type, Credential::Type::plate);
    EXPECT_EQ(list.credentials[1].value, "10086");
    EXPECT_EQ(list.credentials[2].value, "0012");
    EXPECT_EQ(list.credentials[3].type, Credential::Type::person);
}

TEST(CsvList, SaysWhatIsWrongWithEachLineAndKeepsTheGoodOnes)
{
    const auto list = parse("plate,list,valid_from,valid_to,lanes\n"
                            "沪A12345,,2026-02-01,2026-01-01,\n"
                            "沪A12346,My List,,,\n"
                            "沪A12347,,tomorrow,,\n"
                            "沪A12348,,,,garage\n"
                            ",resident,,,\n"
                            "A!B,,,,\n"
                            "沪A12349,,,2026-02-30,\n"
                            "沪A00001,,,,\n"
                            "沪a-00001,,,,\n"
                            "\"沪A00002\"x,,,,\n"
                            "\"沪A00003,,,,\n");
    EXPECT_EQ(errors_of(list),
              "2: valid_to lies before valid_from\n"
              "3: list is none of resident, visitor, service, deny or another word of a-z, 0-9, - and _\n"
              "4: valid_from is not a date; right would be such as 2026-01-31\n"
              "5: lanes names a lane that does not exist\n"
              "6: names neither plate nor person nor card\n"
              "7: plate is not a plate; right would be such as 沪A12345\n"
              "8: valid_to is not a date; right would be such as 2026-01-31\n"
              "10: the same plate stands on line 9 for the same list\n"
              "11: there is text behind a closing quote\n"
              "12: a quote is opened and never closed\n");
    EXPECT_THAT(texts_of(list.credentials), ElementsAre("plate|沪A00001|resident||-|-|"));
}

TEST(CsvList, RefusesAFileWithoutAUsefulHeader)
{
    EXPECT_THAT(errors_of(parse("")), HasSubstr("1: the file is empty"));
    EXPECT_THAT(errors_of(parse("沪A12345,x\n")), HasSubstr("column 1 has an unknown heading"));
    EXPECT_THAT(errors_of(parse("name,note\nx,y\n")), HasSubstr("no column plate, person or card"));
    EXPECT_THAT(errors_of(parse("plate,车牌\nx,y\n")), HasSubstr("heading plate stands twice"));
    EXPECT_THAT(errors_of(parse(std::string_view("\xff\xfep\0l\0", 6))), HasSubstr("UTF-16"));
}

TEST(CsvList, TakesThePlatesThereAreAndNothingElse)
{
    const auto good =
        parse("plate\n沪A12345\n沪AD12345\n沪A1234学\n粤Z1234港\n使123456\nWJ京1234X\nVA12345\n");
    EXPECT_TRUE(good.errors.empty()) << errors_of(good);
    EXPECT_EQ(good.credentials.size(), 7U);
    for (const char* text : {"沪", "NOT A PLATE", "沪A1234", "沪A1234O", "A12345", "沪A12345678"}) {
        const auto list = parse("plate\n沪A00001\n" + std::string(text) + '\n');
        EXPECT_THAT(errors_of(list), HasSubstr("3: plate is not a plate")) << text;
        EXPECT_EQ(list.credentials.size(), 1U) << text;
    }
}

TEST(CsvList, CountsLinesInsideQuotes)
{
    const auto list = parse("plate,note\n沪A00001,\"two\nlines\"\n!,\n");
    EXPECT_THAT(errors_of(list), HasSubstr("4: plate is not"));
    EXPECT_EQ(list.credentials.at(0).note, "two\nlines");
}

TEST(CsvList, ExportsWhatImportsBackIdentically)
{
    Credential entry;
    entry.value = "沪A12345";
    entry.name = "张 \"San\", jr;\t";
    entry.note = " two\r\nlines";
    entry.list = "visitor";
    entry.valid_from = base::WallTime(std::chrono::milliseconds(1'767'225'600'123));
    entry.valid_to = base::parse_time("2026-01-31T00:00:00+08:00", offset)->time;
    entry.lanes = {"east-in", "west-in"};
    auto person = entry;
    person.type = Credential::Type::person;
    person.value = "10086";
    person.lanes.clear();
    person.valid_to.reset();
    auto card = person;
    card.type = Credential::Type::card;
    card.name.clear();
    const std::vector<Credential> entries{entry, person, card};
    const auto text = write_list(entries, offset);
    EXPECT_TRUE(
        text.starts_with("\xEF\xBB\xBFplate,person,card,name,list,valid_from,valid_to,lanes,note\r\n"));
    const auto again = parse(text);
    EXPECT_TRUE(again.errors.empty()) << errors_of(again);
    EXPECT_EQ(texts_of(again.credentials), texts_of(entries));
}

TEST(CsvList, ReadsGroupsAndWhatAListSaysToTheGuardAndExportsThem)
{
    const auto list =
        parse("车牌,名单,分组,原因,处置\n沪A12345,服务,staff,,\n沪B00001,黑名单,,欠费,请联系物业\n");
    EXPECT_TRUE(list.errors.empty()) << errors_of(list);
    EXPECT_THAT(texts_of(list.credentials), ElementsAre("plate|沪A12345|service||-|-||staff",
                                                        "plate|沪B00001|deny||-|-||欠费|请联系物业"));
    const auto text = write_list(list.credentials, offset);
    EXPECT_THAT(text, HasSubstr(",lanes,note,group,reason,instruction\r\n"));
    EXPECT_EQ(texts_of(parse(text).credentials), texts_of(list.credentials));
}

TEST(CsvList, RefusesAGroupThatIsNotThereAndAReasonWhereNobodyIsKeptOut)
{
    EXPECT_EQ(errors_of(parse("plate,group,reason\n沪A00001,crew,\n沪A00002,staff,late\n")),
              "2: group names a group that is not configured\n"
              "3: reason and instruction are for lists that keep out\n");
}

TEST(CsvList, ReadsANumberOfEntriesForListsThatLetIn)
{
    const auto list = parse("车牌,名单,次数\n沪A00001,访客,3\n沪A00002,访客,0\n沪A00003,访客,1001\n沪A00004,"
                            "访客,1x\n沪A00005,黑名单,1\n");
    EXPECT_THAT(texts_of(list.credentials), ElementsAre("plate|沪A00001|visitor||-|-||3"));
    EXPECT_EQ(errors_of(list), "3: entries is not a number of 1 to 1000\n"
                               "4: entries is not a number of 1 to 1000\n"
                               "5: entries is not a number of 1 to 1000\n"
                               "6: entries are for lists that let in\n");
    EXPECT_EQ(texts_of(parse(write_list(list.credentials, offset)).credentials), texts_of(list.credentials));
}

TEST(CsvList, HasAnAnswerForAnyBytes)
{
    base::Random random(5);
    constexpr std::string_view letters = "plate,card;\t\"\n\r ,,\"\"A1\xE6\xB2\xAA\xff|";
    for (int i = 0; i < 3'000; ++i) {
        std::string text = i % 2 == 0 ? "plate,note\n" : "";
        for (auto n = random.next() % 60; n > 0; --n)
            text += letters[random.next() % letters.size()];
        const auto list = parse(text);
        const auto again = parse(write_list(list.credentials, offset));
        ASSERT_EQ(texts_of(again.credentials), texts_of(list.credentials)) << text;
    }
}

} // namespace
} // namespace gatehouse::access
