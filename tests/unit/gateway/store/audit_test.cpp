#include "gateway/audit/chain.hpp"
#include "gateway/store/audit_check.hpp"
#include "gateway/store/audit_note.hpp"
#include "gateway/store/database.hpp"
#include "gateway/store/doctor.hpp"
#include "gateway/store/migrations.hpp"
#include "gateway/store/salvage.hpp"
#include "tests/unit/gateway/store/store_fixture.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace gatehouse::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string bytes_of(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_bytes(const fs::path& file, const std::string& content)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

class Audit : public StoreTest {
protected:
    fs::path database() const { return options.directory / "gatehouse.db"; }

    AuditRecord opening(int number) const
    {
        return {.at = clock.wall(),
                .actor = "duty-3 (mqtt:centre)",
                .action = "barrier-open",
                .target = "east-in",
                .detail = "order-" + std::to_string(number) + ": ambulance",
                .result = "confirmed"};
    }
    void record(int count)
    {
        for (int i = 0; i < count; ++i) {
            Change change;
            change.audit.push_back(opening(++recorded_));
            ASSERT_TRUE(run(store->commit(std::move(change))));
        }
    }
    // Row 1 begins the chain; `count` more follow, noted as at the end of a stop.
    void write_and_stop(int count)
    {
        open();
        record(count);
        ASSERT_TRUE(run(store->note_audit_head()));
        close();
    }
    audit::Report check(std::optional<audit::Head> told = std::nullopt) const
    {
        const auto report = check_audit(options.directory, told);
        EXPECT_TRUE(report) << report.error().message();
        return report ? *report : audit::Report{};
    }
    void tamper(const std::string& sql) const { open_for_writing(database())->exec(sql); }
    std::vector<audit::Row> rows(audit::Filter filter = {}) { return *run(store->audit(std::move(filter))); }
    // A new database's first row has that time.
    void go_to_the_time_of_the_machine()
    {
        const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
        clock.advance(now - clock.wall() + std::chrono::minutes(1));
    }
    // The table as releases before the chain had it.
    void write_as_before_the_chain(int count) const
    {
        auto old = open_for_writing(database());
        migrate(*old, database(), migrations().first(1));
        for (int i = 1; i <= count; ++i)
            old->exec("INSERT INTO audit VALUES (1767225600000, 'li', 'alert-ack', 'A" + std::to_string(i) +
                      "', '', 'done')");
    }

private:
    int recorded_ = 0;
};

TEST_F(Audit, IsWholeFromItsFirstRowOn)
{
    write_and_stop(20);
    const auto report = check();
    EXPECT_TRUE(report.whole());
    EXPECT_EQ(report.rows, 21);
    EXPECT_EQ(report.head.seq, 21);
    open();
    EXPECT_EQ(run(store->check_audit(std::nullopt))->head, report.head);
    EXPECT_EQ(rows().at(1).record.detail, "order-1: ambulance");
}

TEST_F(Audit, ListsByWhoWhatAndPlace)
{
    open();
    record(5);
    Change change;
    change.audit.push_back(opening(6));
    change.audit.back().actor = "duty-33";
    change.audit.back().action = "disarm";
    ASSERT_TRUE(run(store->commit(std::move(change))));
    audit::Filter filter;
    filter.actor = "duty-3";
    EXPECT_THAT(rows(filter), SizeIs(5)) << "whatever stands in brackets, and not duty-33";
    filter.actor.clear();
    filter.action = "disarm";
    EXPECT_THAT(rows(filter), SizeIs(1));
    filter.action.clear();
    filter.newest_first = true;
    filter.limit = 2;
    EXPECT_EQ(rows(filter).at(1).seq, 6);
    filter.newest_first = false;
    filter.after = 5;
    EXPECT_EQ(rows(filter).at(0).seq, 6);
}

TEST_F(Audit, ShowsEveryByteOfARowThatWasChangedInTheFile)
{
    write_and_stop(3);
    const auto whole = bytes_of(database());
    const std::string victim = "order-2: ambulance";
    const auto place = whole.find(victim);
    ASSERT_NE(place, std::string::npos);
    for (std::size_t i = 0; i < victim.size(); ++i) {
        auto content = whole;
        content[place + i] = static_cast<char>(content[place + i] ^ 1);
        write_bytes(database(), content);
        const auto report = check();
        ASSERT_THAT(report.faults, SizeIs(1)) << i;
        EXPECT_EQ(report.faults[0].seq, 3) << i;
    }
}

TEST_F(Audit, ShowsRowsThatWereChangedRemovedSwappedOrPutIn)
{
    const std::vector<std::pair<std::string, std::string>> crimes{
        {"UPDATE audit SET result = 'failed' WHERE seq = 5", "row 5 was changed"},
        {"UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 5", "row 5 was changed"},
        {"DELETE FROM audit WHERE seq = 5", "row 5 is missing"},
        {"DELETE FROM audit WHERE seq BETWEEN 3 AND 5", "rows 3 to 5 are missing"},
        {"DELETE FROM audit WHERE seq < 5", "rows 1 to 4 are missing"},
        {"DELETE FROM audit WHERE seq > 5", "the chain ends at row 5"},
        {"DELETE FROM audit", "the chain ends at row 0"},
        {"UPDATE audit SET seq = -1 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 6; "
         "UPDATE audit SET seq = 6 WHERE seq = -1",
         "row 5 was changed"},
        {"INSERT INTO audit SELECT 12, at_ms, actor, action, target, detail, result, prev, hash FROM audit "
         "WHERE seq = 11",
         "row 12 was changed"},
    };
    for (const auto& [sql, wanted] : crimes) {
        fs::remove_all(options.directory);
        write_and_stop(10);
        ASSERT_TRUE(check().whole());
        tamper(sql);
        const auto report = check();
        ASSERT_FALSE(report.whole()) << sql;
        EXPECT_THAT(report.faults[0].text, HasSubstr(wanted)) << sql;
    }
}

TEST_F(Audit, ShowsAnOldCopyOfTheDatabase)
{
    write_and_stop(5);
    fs::copy(database(), folder / "old.db");
    open();
    record(5);
    ASSERT_TRUE(run(store->note_audit_head()));
    const auto told = *run(store->note_audit_head());
    close();
    fs::copy(folder / "old.db", database(), fs::copy_options::overwrite_existing);
    EXPECT_THAT(check().faults.at(0).text, HasSubstr("an old copy was put back"));
    open();
    record(9);
    EXPECT_THAT(run(store->check_audit(std::nullopt))->faults, SizeIs(1))
        << "it went on beyond the noted row";
    ASSERT_TRUE(run(store->note_audit_head()));
    EXPECT_TRUE(check().whole());
    EXPECT_FALSE(check(told).whole()) << "whoever has kept the head still sees it";
}

TEST_F(Audit, ShowsThatTheNoteBesideTheDatabaseWasTakenAway)
{
    write_and_stop(5);
    fs::remove(options.directory / "audit-head");
    EXPECT_FALSE(check().whole());
    open();
    EXPECT_FALSE(run(store->check_audit(std::nullopt))->whole()) << "a start makes no new one by itself";
}

TEST_F(Audit, KeepsARestoreAsWhatItIs)
{
    open();
    record(5);
    const auto backup = folder / "backup.db";
    ASSERT_TRUE(run(store->backup(backup)));
    record(5);
    ASSERT_TRUE(run(store->note_audit_head()));
    const auto replaced = *run(store->note_audit_head());
    close();
    ASSERT_TRUE(restore(backup, options.directory, false, "li (command line)"));
    EXPECT_TRUE(check().whole());
    open();
    const auto told = rows().back();
    EXPECT_EQ(told.seq, 7);
    EXPECT_EQ(told.record.action, audit::restored_action);
    EXPECT_EQ(told.record.actor, "li (command line)");
    EXPECT_EQ(told.record.target, audit::to_text(replaced));
    EXPECT_THAT(told.record.detail, HasSubstr("ends with row 6 of 2026-01-01T00:00:00.000"));
    record(3);
    EXPECT_TRUE(run(store->check_audit(std::nullopt))->whole());
}

TEST_F(Audit, IsChainedOnceWhenItComesFromAReleaseWithoutAChain)
{
    fs::create_directories(options.directory);
    write_as_before_the_chain(1200);
    open();
    const auto report = *run(store->check_audit(std::nullopt));
    EXPECT_TRUE(report.whole()) << report.faults.at(0).text;
    EXPECT_EQ(report.rows, 1201);
    ASSERT_THAT(report.notes, SizeIs(1));
    EXPECT_THAT(report.notes[0].text, HasSubstr("1200 rows before this one were not chained"));
    record(1);
    close();
    tamper("INSERT INTO audit (at_ms, actor, action, target, detail, result) VALUES (1, 'a', 'b', 'c', 'd', "
           "'e')");
    open();
    EXPECT_FALSE(run(store->check_audit(std::nullopt))->whole()) << "a second time nothing is chained";
}

TEST_F(Audit, IsChainedAlsoWhenTheDatabaseOfSuchAReleaseIsSalvaged)
{
    fs::create_directories(options.directory);
    write_as_before_the_chain(50);
    request_salvage(options.directory);
    open();
    const auto report = *run(store->check_audit(std::nullopt));
    EXPECT_TRUE(report.whole()) << report.faults.at(0).text;
    EXPECT_EQ(report.rows, 52) << "the rows, the beginning and the salvage";
}

TEST_F(Audit, SaysThatASalvageMayHaveTakenRows)
{
    write_and_stop(50);
    request_salvage(options.directory);
    open();
    const auto report = *run(store->check_audit(std::nullopt));
    EXPECT_TRUE(report.whole()) << report.faults.at(0).text;
    EXPECT_THAT(report.notes.back().text, HasSubstr("store-salvaged"));
}

TEST_F(Audit, CannotBeMadeToTakeInRowsByASalvage)
{
    write_and_stop(10);
    tamper("INSERT INTO audit (at_ms, actor, action, target, detail, result) VALUES (1, 'a', 'b', 'c', 'd', "
           "'e')");
    request_salvage(options.directory);
    open();
    EXPECT_FALSE(run(store->check_audit(std::nullopt))->whole());
}

TEST_F(Audit, IsWrittenWithWhatItTellsOrNotAtAll)
{
    open();
    record(3);
    Change bad;
    bad.audit.push_back(opening(99));
    bad.alerts.push_back(model::Alert{}); // an alert without an id cannot be kept
    ASSERT_FALSE(run(store->commit(std::move(bad))));
    record(1);
    const auto kept = rows();
    EXPECT_EQ(kept.size(), 5U);
    EXPECT_EQ(kept.back().record.detail, "order-4: ambulance") << "the number and the hash were not used up";
    EXPECT_TRUE(run(store->check_audit(std::nullopt))->whole());
}

TEST_F(Audit, IsWholeAfterAKillAtAnyMoment)
{
    open();
    for (int round = 0; round < 10; ++round) {
        record(7);
        const auto killed = folder / ("killed-" + std::to_string(round));
        fs::copy(options.directory, killed, fs::copy_options::recursive);
        if (round % 2 == 0) fs::remove(log_index_of(killed / "gatehouse.db")); // a power cut
        const auto report = check_audit(killed, std::nullopt);
        ASSERT_TRUE(report);
        EXPECT_TRUE(report->whole());
        EXPECT_EQ(report->rows, 1 + 7 * (round + 1));
        ASSERT_TRUE(run(store->note_audit_head()));
    }
}

TEST_F(Audit, IsTakenWhenTheDiskTakesLittleElse)
{
    options.free_bytes = [](const fs::path&) { return std::int64_t{1}; };
    open();
    EXPECT_EQ(put({event("a")}).error(), base::Errc::disk_full);
    record(2);
    EXPECT_TRUE(run(store->check_audit(std::nullopt))->whole());
}

TEST_F(Audit, CostsNoSyncOfItsOwn)
{
    open();
    const auto before = metrics.counter("gatehouse_store_commits_total", "", {}).value();
    Change change;
    change.events.push_back(event("a"));
    for (int i = 0; i < 50; ++i)
        change.audit.push_back(opening(i));
    ASSERT_TRUE(run(store->commit(std::move(change))));
    EXPECT_EQ(metrics.counter("gatehouse_store_commits_total", "", {}).value(), before + 1);
}

TEST_F(Audit, StaysWholeWhenAgeDeletesItsOldestRows)
{
    go_to_the_time_of_the_machine();
    open();
    record(3);
    clock.advance(std::chrono::days(1));
    record(1200);
    clock.advance(std::chrono::days(364));
    record(10);
    const auto before = static_cast<std::size_t>(run(store->check_audit(std::nullopt))->rows);
    ASSERT_TRUE(run(store->housekeep(clock.wall())));
    EXPECT_EQ(run(store->check_audit(std::nullopt))->rows, static_cast<std::int64_t>(before))
        << "not for a handful of rows that are less than a day too old";
    clock.advance(std::chrono::days(1) + std::chrono::hours(1));
    ASSERT_TRUE(run(store->housekeep(clock.wall())));
    const auto report = *run(store->check_audit(std::nullopt));
    EXPECT_TRUE(report.whole()) << report.faults.at(0).text;
    EXPECT_EQ(report.first, 1001) << "pages, and the rest on another day";
    audit::Filter newest;
    newest.newest_first = true;
    const auto signed_off = rows(newest).front().record;
    EXPECT_EQ(signed_off.action, audit::retired_action);
    ASSERT_TRUE(run(store->note_audit_head()));
    close();
    EXPECT_TRUE(check().whole());
    tamper("DELETE FROM audit WHERE seq = 1001");
    EXPECT_FALSE(check().whole()) << "nobody signed that row off";
}

TEST_F(Audit, KeepsRowsOfAClockThatNobodyHadSetAsLongAsTheRowsBehindThem)
{
    go_to_the_time_of_the_machine();
    open();
    clock.advance(std::chrono::days(367));
    Change change;
    change.audit.push_back(opening(1));
    change.audit.back().at = base::WallTime(std::chrono::seconds(5));
    ASSERT_TRUE(run(store->commit(std::move(change))));
    record(1);
    ASSERT_TRUE(run(store->housekeep(clock.wall())));
    EXPECT_EQ(rows().at(0).seq, 2) << "row 1 went, row 2 is as old as row 3";
    clock.advance(std::chrono::days(367));
    ASSERT_TRUE(run(store->housekeep(clock.wall())));
    EXPECT_EQ(rows().at(0).seq, 5) << "what signs them off";
}

TEST_F(Audit, HasADoctorWhoSeesItsFaults)
{
    write_and_stop(5);
    const auto of_the_audit = [&] {
        const auto findings = inspect(options.directory);
        return *std::find_if(findings.begin(), findings.end(),
                             [](const Finding& finding) { return finding.what.starts_with("audit"); });
    };
    EXPECT_EQ(of_the_audit().what, "audit: whole, 6 rows");
    tamper("UPDATE audit SET actor = 'nobody' WHERE seq = 3");
    EXPECT_FALSE(of_the_audit().ok);
    EXPECT_EQ(of_the_audit().what, "audit: row 3 was changed");
}

TEST_F(Audit, OfAnUpgradedDatabaseIsSalvagedWithoutItsFirstPage)
{
    fs::create_directories(options.directory);
    write_as_before_the_chain(20);
    {
        auto old = open_for_writing(database());
        for (int i = 0; i < 3000; ++i) // so that the new table begins far from where a fresh file has it
            old->exec("INSERT INTO device VALUES ('lpr-1', 'key-" + std::to_string(i) + "', 'some value')");
        old->exec("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    open();
    record(5);
    ASSERT_TRUE(run(store->note_audit_head()));
    close();
    auto content = bytes_of(database());
    content.replace(0, 8192, std::string(8192, '\0'));
    write_bytes(database(), content);
    EXPECT_NE(open().damage, "");
    const auto report = *run(store->check_audit(std::nullopt));
    EXPECT_TRUE(report.whole()) << report.faults.at(0).text;
    EXPECT_EQ(report.rows, 20 + 1 + 5 + 1);
    EXPECT_THAT(*run(store->memory("lpr-1")), SizeIs(3000));
}

} // namespace
} // namespace gatehouse::store
