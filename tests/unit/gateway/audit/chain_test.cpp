#include "gateway/audit/chain.hpp"

#include "gateway/audit/chain_check.hpp"
#include "gateway/audit/head_note.hpp"
#include "gateway/base/sha256.hpp"

#include <gmock/gmock.h>

namespace gatehouse::audit {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A chain of `count` rows, as the store would have written them.
std::vector<Row> chain_of(int count)
{
    std::vector<Row> rows;
    for (int i = 1; i <= count; ++i) {
        Row row;
        row.seq = i;
        row.record = {.at = base::WallTime(std::chrono::milliseconds(1'767'225'600'000 + i)),
                      .actor = "duty-3 (mqtt:centre)",
                      .action = "barrier-open",
                      .target = "east-in",
                      .detail = "c" + std::to_string(i) + ": ambulance",
                      .result = "confirmed"};
        row.prev = rows.empty() ? genesis() : rows.back().hash;
        row.hash = link_hash(row);
        rows.push_back(std::move(row));
    }
    return rows;
}

void append(std::vector<Row>& rows, std::string_view action, std::string target)
{
    Row row;
    row.seq = rows.back().seq + 1;
    row.record.action = action;
    row.record.target = std::move(target);
    row.prev = rows.back().hash;
    row.hash = link_hash(row);
    rows.push_back(std::move(row));
}

Report report_on(const std::vector<Row>& rows, std::vector<Head> expected = {})
{
    ChainCheck check;
    for (auto& head : expected)
        check.expect(std::move(head), "the note");
    for (const auto& row : rows)
        check.take(row);
    return check.finish();
}

Head head_of(const Row& row)
{
    return {row.seq, row.hash};
}

// The text that README.md tells others to hash.
TEST(AuditChain, HashesEveryPartOfARowWithItsLength)
{
    const auto row = chain_of(1)[0];
    const auto text = "gatehouse audit 1\n64:" + std::string(64, '0') +
                      "\n1:1\n13:1767225600001\n20:duty-3 (mqtt:centre)\n12:barrier-open\n7:east-in\n"
                      "13:c1: ambulance\n9:confirmed\n";
    EXPECT_EQ(row.hash, base::sha256_hex(text));
    auto moved = row;
    moved.record.target = "east-i";
    moved.record.detail = "nc1: ambulance";
    EXPECT_NE(link_hash(moved), row.hash) << "no letter may pass from one part to the next";
}

TEST(AuditChain, WritesHeadsThatItReadsAgainAndNothingElse)
{
    const auto head = head_of(chain_of(120).back());
    EXPECT_EQ(parse_head(to_text(head)), head);
    for (const auto* text : {"", "120", "120:", ":ab", "0:", "-1:ab", "120:ab", "x"})
        EXPECT_EQ(parse_head(text), std::nullopt) << text;
    EXPECT_EQ(parse_head(to_text(head) + "0"), std::nullopt);
}

TEST(AuditChain, ReadsANoteOnlyAsItWasWritten)
{
    const HeadNote note{.head = head_of(chain_of(7).back()),
                        .at = base::WallTime(std::chrono::milliseconds(1'767'225'600'000))};
    const auto text = text_of(note);
    ASSERT_TRUE(parse_note(text));
    EXPECT_EQ(parse_note(text)->head, note.head);
    EXPECT_EQ(parse_note(text)->at, note.at);
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto flipped = text;
        flipped[i] = static_cast<char>(flipped[i] ^ 1);
        EXPECT_FALSE(parse_note(flipped)) << i;
        EXPECT_FALSE(parse_note(text.substr(0, i))) << i;
    }
}

TEST(ChainCheck, FindsNothingInAWholeChain)
{
    const auto rows = chain_of(50);
    const auto report = report_on(rows, {head_of(rows[20]), head_of(rows[49])});
    EXPECT_TRUE(report.whole());
    EXPECT_EQ(report.rows, 50);
    EXPECT_EQ(report.first, 1);
    EXPECT_EQ(report.head, head_of(rows.back()));
    EXPECT_TRUE(report_on({}).whole());
}

TEST(ChainCheck, NamesTheRowOfWhichAnyPartWasChanged)
{
    const std::vector<std::function<void(Row&)>> changes{
        [](Row& row) { row.record.at += std::chrono::milliseconds(1); },
        [](Row& row) { row.record.actor[0] = 'D'; },
        [](Row& row) { row.record.action = "barrier-close"; },
        [](Row& row) { row.record.target.clear(); },
        [](Row& row) { row.record.detail += '\0'; },
        [](Row& row) { row.record.result = "failed"; },
        [](Row& row) { row.hash[0] = row.hash[0] == '0' ? '1' : '0'; },
        [](Row& row) { row.prev[63] = row.prev[63] == '0' ? '1' : '0'; },
    };
    for (const auto& change : changes) {
        auto rows = chain_of(9);
        change(rows[4]);
        const auto report = report_on(rows);
        ASSERT_THAT(report.faults, SizeIs(1));
        EXPECT_EQ(report.faults[0].seq, 5);
        EXPECT_THAT(report.faults[0].text, HasSubstr("row 5 was changed"));
    }
}

TEST(ChainCheck, NamesTheRowThatWasRewrittenWithAHashOfItsOwn)
{
    auto rows = chain_of(9);
    rows[4].record.result = "failed";
    rows[4].hash = link_hash(rows[4]);
    const auto report = report_on(rows);
    ASSERT_THAT(report.faults, SizeIs(1));
    EXPECT_THAT(report.faults[0].text, HasSubstr("row 5 was replaced"));
}

TEST(ChainCheck, NamesTheRowsThatWereTakenOut)
{
    auto rows = chain_of(9);
    rows.erase(rows.begin() + 3, rows.begin() + 6);
    const auto report = report_on(rows);
    ASSERT_THAT(report.faults, SizeIs(1));
    EXPECT_EQ(report.faults[0].text, "rows 4 to 6 are missing");
}

TEST(ChainCheck, FindsRowsThatChangedPlacesAndOneThatWasPutIn)
{
    auto swapped = chain_of(9);
    std::swap(swapped[3].record, swapped[4].record);
    EXPECT_EQ(report_on(swapped).faults_total, 2U);
    auto put_in = chain_of(9);
    auto stranger = put_in[4];
    stranger.record.detail = "never happened";
    stranger.prev = put_in[3].hash;
    stranger.hash = link_hash(stranger);
    put_in.insert(put_in.begin() + 4, stranger);
    for (std::size_t i = 5; i < put_in.size(); ++i)
        ++put_in[i].seq;
    EXPECT_FALSE(report_on(put_in).whole());
}

TEST(ChainCheck, MissesTheOldestRowsUnlessAgeHasSignedThemOff)
{
    auto rows = chain_of(9);
    const auto third = head_of(rows[2]);
    append(rows, retired_action, to_text(third));
    rows.erase(rows.begin(), rows.begin() + 3);
    EXPECT_TRUE(report_on(rows).whole());
    auto shorter = rows;
    shorter.erase(shorter.begin());
    EXPECT_THAT(report_on(shorter).faults[0].text, HasSubstr("no deletion by age says so"));
    auto forged = rows;
    forged[0].prev = std::string(64, 'f');
    forged[0].hash = link_hash(forged[0]);
    EXPECT_FALSE(report_on(forged).whole());
}

TEST(ChainCheck, MissesANotedHeadWhenTheNewestRowsAreGoneOrAnOldCopyWentOn)
{
    const auto rows = chain_of(9);
    const auto noted = head_of(rows.back());
    auto shorter = rows;
    shorter.resize(6);
    EXPECT_THAT(report_on(shorter, {noted}).faults[0].text, HasSubstr("the chain ends at row 6"));
    for (int i = 0; i < 5; ++i)
        append(shorter, "ping", "gateway");
    const auto report = report_on(shorter, {noted});
    ASSERT_THAT(report.faults, SizeIs(1));
    EXPECT_EQ(report.faults[0].seq, 9);
}

TEST(ChainCheck, TakesARestoreForWhatItIsAndNotForAnAttack)
{
    const auto rows = chain_of(9);
    const auto noted = head_of(rows.back());
    auto restored = rows;
    restored.resize(6);
    append(restored, restored_action, to_text(noted));
    append(restored, "ping", "gateway");
    const auto report = report_on(restored, {noted});
    EXPECT_TRUE(report.whole());
    EXPECT_THAT(report.notes, SizeIs(1));
    EXPECT_FALSE(report_on(restored, {noted, head_of(rows[7])}).whole()) << "another head is not excused";
}

TEST(ChainCheck, StaysBrokenWhereTheGatewayItselfHasFoundAFault)
{
    auto rows = chain_of(3);
    append(rows, broken_action, "audit");
    const auto report = report_on(rows);
    EXPECT_THAT(report.faults, IsEmpty());
    EXPECT_FALSE(report.whole());
    EXPECT_EQ(report.alarms.at(0).seq, 4);
}

TEST(ChainCheck, CountsMoreFaultsThanItNames)
{
    auto rows = chain_of(500);
    for (auto& row : rows)
        row.record.result = "x";
    const auto report = report_on(rows);
    EXPECT_EQ(report.faults_total, 500U);
    EXPECT_THAT(report.faults, SizeIs(ChainCheck::faults_max));
}

} // namespace
} // namespace gatehouse::audit
