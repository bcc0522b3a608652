#include "gateway/base/random.hpp"
#include "gateway/model/envelope.hpp"
#include "gateway/store/database.hpp"
#include "gateway/store/doctor.hpp"
#include "gateway/store/salvage.hpp"
#include "tests/unit/gateway/store/store_fixture.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <fstream>
#include <random>
#include <sys/stat.h>

namespace gatehouse::store {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_content(const fs::path& file, const std::string& content)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

class Damage : public StoreTest {
protected:
    fs::path database() const { return options.directory / "gatehouse.db"; }

    void fill(int entries)
    {
        for (int i = 0; i < entries; i += 50) {
            Change change;
            for (int j = 0; j < 50; ++j)
                change.events.push_back(event("f-" + std::to_string(++filled_)));
            change.cursors.push_back({.reader = "rules", .priority = model::Priority::event, .seq = i});
            change.memory.push_back({.device = "lpr-1", .key = "last", .value = std::to_string(i)});
            model::Alert alert;
            alert.id = "A" + std::to_string(i);
            change.alerts.push_back(alert);
            CommandRecord record;
            record.command.id = "C" + std::to_string(i);
            change.commands.push_back(record);
            ASSERT_TRUE(run(store->commit(std::move(change))));
        }
    }
    std::vector<std::int64_t> kept()
    {
        std::vector<std::int64_t> numbers;
        for (EventFilter filter{.after = 0,
                         .before = 0,
                         .device = "",
                         .type_prefix = "",
                         .newest_first = false,
                         .limit = 1000};
             ;) {
            const auto page = run(store->events(filter));
            if (!page || page->empty()) return numbers;
            for (const auto& entry : *page)
                numbers.push_back(entry->seq);
            filter.after = numbers.back();
        }
    }
    // As after kill -9: the files as they are, log and its index included, and nobody closed anything.
    fs::path snapshot_of_killed(const std::string& name)
    {
        auto copy = folder / name;
        fs::copy(options.directory, copy, fs::copy_options::recursive);
        return copy;
    }
    // As after a power cut: SQLite syncs the log, never its index.
    fs::path snapshot_of_running(const std::string& name)
    {
        auto copy = snapshot_of_killed(name);
        fs::remove(log_index_of(copy / "gatehouse.db"));
        return copy;
    }

private:
    int filled_ = 0;
};

TEST_F(Damage, OfNoKindIsReportedAfterAPowerCut)
{
    open();
    fill(200);
    const auto copy = snapshot_of_running("cut");
    store.reset();
    options.directory = copy;
    const auto report = open();
    EXPECT_EQ(report.damage, "");
    EXPECT_EQ(kept().size(), 200U);
    EXPECT_EQ(put_one(event("next")), 201) << "a power cut alone leaves no hole in the numbers";
}

TEST_F(Damage, ByAnEmptyFileDoesNotStopTheStart)
{
    open();
    fill(100);
    close();
    write_content(database(), "");
    const auto report = open();
    EXPECT_NE(report.damage, "");
    EXPECT_TRUE(fs::exists(report.moved_to / "gatehouse.db"));
    EXPECT_GT(put_one(event("next")), 100);
}

TEST_F(Damage, ByZeroesAllOverDoesNotStopTheStart)
{
    open();
    fill(100);
    close();
    write_content(database(), std::string(fs::file_size(database()), '\0'));
    EXPECT_NE(open().damage, "");
    EXPECT_GT(put_one(event("next")), 100);
    EXPECT_EQ(kept().size(), 1U);
}

TEST_F(Damage, BeyondAllCountingLeavesTheLossUnknown)
{
    open();
    fill(300);
    close();
    write_content(database(), content_of(database()).substr(0, 8192 * 3));
    const auto report = open();
    EXPECT_NE(report.damage, "");
    EXPECT_EQ(report.lost_rows, std::nullopt);
}

TEST_F(Damage, OfTheFirstPageCostsNothing)
{
    open();
    fill(300);
    close();
    auto content = content_of(database());
    content.replace(0, 8192, std::string(8192, '\0'));
    write_content(database(), content);
    const auto report = open();
    EXPECT_NE(report.damage, "");
    EXPECT_EQ(kept().size(), 300U);
    EXPECT_EQ(run(store->memory("lpr-1"))->at("last"), "250");
    EXPECT_EQ(run(store->cursors())->at(0).seq, 250);
    EXPECT_EQ(run(store->open_commands())->size(), 6U);
    EXPECT_EQ(run(store->alerts(AlertFilter{}))->size(), 6U);
    EXPECT_EQ(report.lost_rows, 0);
}

TEST_F(Damage, OfOnePageKeepsTheOthers)
{
    open();
    fill(2000);
    close();
    auto content = content_of(database());
    // A leaf of the journal: the only pages that hold the data's text.
    std::size_t hit = 0;
    for (std::size_t page = 8192 * 40; page + 8192 <= content.size(); page += 8192) {
        if (content[page] != 0x0d || content.substr(page, 8192).find("\"plate\"") == std::string::npos)
            continue;
        hit = page;
        break;
    }
    ASSERT_NE(hit, 0U);
    content.replace(hit, 8192, std::string(8192, 'z'));
    write_content(database(), content);
    const auto report = open();
    EXPECT_NE(report.damage, "");
    const auto numbers = kept();
    EXPECT_LT(numbers.size(), 2000U);
    EXPECT_GT(numbers.size(), 1950U);
    EXPECT_EQ(report.lost_rows, 2000 - static_cast<std::int64_t>(numbers.size()));
    EXPECT_GT(put_one(event("next")), 2000);
}

TEST_F(Damage, OfTheLogLosesTheTailAndUsesNoNumberTwice)
{
    open();
    fill(200);
    const auto copy = snapshot_of_running("cut");
    store.reset();
    const auto log = log_of(copy / "gatehouse.db");
    auto content = content_of(log);
    ASSERT_GT(content.size(), 100'000U);
    content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 0x55);
    write_content(log, content);
    options.directory = copy;
    const auto report = open();
    EXPECT_NE(report.damage, "");
    EXPECT_LT(kept().size(), 200U);
    EXPECT_GT(put_one(event("next")), 200);
    tell(report);
    close();
    EXPECT_EQ(open().damage, "") << "and once is enough";
}

// What the end of a log can look like when the last write was cut off, made of the frame before it.
std::vector<std::string> ends_of_a_torn_write(const std::string& log)
{
    constexpr std::size_t frame_size = 24 + 8192;
    const auto last = log.substr(log.size() - frame_size);
    auto half_written = last;
    half_written.replace(4000, 4000, std::string(4000, 'x'));
    return {last.substr(0, 10), last.substr(0, 5000), half_written, half_written + last.substr(0, 24),
            std::string(frame_size * 2, '\0')};
}

TEST_F(Damage, IsNotWhatAKillOrAPowerCutDoesToTheLastWrite)
{
    open();
    fill(200);
    const std::array copies{snapshot_of_killed("killed"), snapshot_of_running("cut")};
    store.reset();
    for (const auto& copy : copies) {
        const auto log = content_of(log_of(copy / "gatehouse.db"));
        for (const auto& end : ends_of_a_torn_write(log)) {
            SCOPED_TRACE(copy.string() + " and " + std::to_string(end.size()) + " bytes");
            options.directory = folder / "trial";
            fs::remove_all(options.directory);
            fs::copy(copy, options.directory, fs::copy_options::recursive);
            write_content(log_of(database()), log + end);
            const auto torn_before = metrics.counter("gatehouse_store_torn_writes_total", "", {}).value();
            auto report = open();
            EXPECT_EQ(report.damage, "");
            EXPECT_TRUE(report.write_torn);
            EXPECT_EQ(metrics.counter("gatehouse_store_torn_writes_total", "", {}).value(), torn_before + 1);
            EXPECT_EQ(kept().size(), 200U);
            EXPECT_GT(put_one(event("next")), 200);
            close();
            report = open();
            EXPECT_FALSE(report.write_torn) << "told once";
            store.reset();
        }
    }
}

TEST_F(Damage, IsAKilledProcessesLogThatLacksCommitsItsIndexKnows)
{
    open();
    fill(200);
    const auto copy = snapshot_of_killed("killed");
    store.reset();
    options.directory = copy;
    auto content = content_of(log_of(database()));
    content.resize(content.size() / 2);
    write_content(log_of(database()), content);
    const auto report = open();
    EXPECT_NE(report.damage, "");
    EXPECT_FALSE(report.write_torn);
    EXPECT_LT(kept().size(), 200U);
    EXPECT_GT(put_one(event("next")), 200);
}

TEST_F(Damage, ThatLooksLikeATornWriteStillUsesNoNumberTwice)
{
    open();
    fill(200);
    const auto copy = snapshot_of_running("cut");
    store.reset();
    options.directory = copy;
    auto content = content_of(log_of(database()));
    content.resize(content.size() / 2);
    write_content(log_of(database()), content);
    EXPECT_TRUE(open().write_torn);
    EXPECT_GT(put_one(event("next")), 200);
}

TEST_F(Damage, OfLettersIsShownWithReplacementsAndCounted)
{
    struct Case {
        std::string before;
        std::string after;
        std::string shown;
        bool typed;
    };
    const std::array<Case, 4> cases{{{"沪A12345",
                                      "\xff\xff\xff"
                                      "A12345",
                                      "\uFFFD\uFFFD\uFFFDA12345", true},
                                     {"\"plate\":", "\"plate\";", R"({"unreadable":"{)", false},
                                     {"\"plate\":", std::string("\"pla\0e\":", 8), R"(pla\u0000e)", false},
                                     {options.boot_id, "01BO\"T0000000000000000\\000", "", true}}};
    const model::Names names{.site = "s", .gateway = "g", .utc_offset = options.utc_offset};
    for (const auto& [before, after, shown, typed] : cases) {
        ASSERT_EQ(before.size(), after.size());
        open();
        put_one(event("turned"));
        close();
        auto content = content_of(database());
        for (auto at = content.find(before); at != std::string::npos; at = content.find(before, at))
            content.replace(at, after.size(), after);
        write_content(database(), content);
        EXPECT_EQ(open().damage, "") << "SQLite has no checksums";
        const auto counted = metrics.counter("gatehouse_store_mended_rows_total", "", {}).value();
        const auto page = run(store->events(EventFilter{}));
        ASSERT_TRUE(page);
        ASSERT_EQ(page->size(), 1U);
        const auto& entry = *page->front();
        EXPECT_NE(entry.data.find(shown), std::string::npos) << entry.data;
        EXPECT_EQ(std::holds_alternative<model::VehiclePassage>(entry.event.body), typed);
        EXPECT_EQ(metrics.counter("gatehouse_store_mended_rows_total", "", {}).value(), counted + 1);
        boost::system::error_code error;
        const auto sent = boost::json::parse(model::cloud_event(entry, names, false), error);
        EXPECT_FALSE(error) << "this goes to the broker: " << error.message();
        store.reset();
        fs::remove_all(options.directory);
    }
}

TEST_F(Damage, FoundInUseIsSalvagedByTheNextStart)
{
    open();
    fill(100);
    request_salvage(options.directory);
    close();
    const auto report = open();
    EXPECT_NE(report.damage, "");
    EXPECT_EQ(report.lost_rows, 0);
    EXPECT_EQ(kept().size(), 100U);
    EXPECT_GT(put_one(event("next")), 100);
}

TEST_F(Damage, IsReportedByEveryStartUntilItIsTold)
{
    open();
    fill(100);
    request_salvage(options.directory);
    close();
    const auto first = open();
    EXPECT_GT(first.salvaged_rows, 100);
    store.reset();                                                   // killed before anybody was told
    write_content(options.directory / "salvage", "20260101-000000"); // found in use again
    const auto second = open();
    close();
    const auto third = open();
    for (const auto* later : {&second, &third}) {
        EXPECT_EQ(later->damage, first.damage);
        EXPECT_EQ(later->salvaged_rows, first.salvaged_rows);
        EXPECT_EQ(later->lost_rows, first.lost_rows);
    }
    tell(third);
    close();
    EXPECT_EQ(open().damage, "");
}

TEST_F(Damage, OfTheLogIsReportedByTheNextStartTooWhenNobodyWasTold)
{
    open();
    fill(200);
    options.directory = snapshot_of_running("cut");
    store.reset();
    auto content = content_of(log_of(database()));
    content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 0x55);
    write_content(log_of(database()), content);
    const auto first = open();
    ASSERT_NE(first.damage, "");
    const auto again = open();
    EXPECT_EQ(again.damage, first.damage);
    EXPECT_EQ(again.skipped_to > 0, first.skipped_to > 0);
}

TEST_F(Damage, OfAPositionMakesItsReaderStartAgain)
{
    open();
    fill(100);
    move_cursors(40);
    close();
    SQLite::Database(database().string(), SQLite::OPEN_READWRITE)
        .exec("UPDATE cursor SET seq = seq | (1 << 40) WHERE reader = 'sink/centre' AND priority = 1");
    const auto report = open();
    EXPECT_NE(report.damage.find("sink/centre"), std::string::npos) << report.damage;
    EXPECT_EQ(report.lost_rows, 0);
    EXPECT_EQ(run(store->cursors())->size(), 3U) << "the others stay";
    EXPECT_EQ(run(store->backlog("sink/centre"))->entries, 100);
    clock.advance(std::chrono::days(200));
    ASSERT_TRUE(run(store->housekeep(clock.wall())));
    EXPECT_EQ(kept().size(), 100U) << "nothing of it counts as delivered";
    tell(report);
    close();
    EXPECT_EQ(open().damage, "");
}

TEST_F(Damage, FoundInUseIsPassedOverByReadersAndSaid)
{
    options.tail_rows_max = 10; // the rest is read from the disk
    open();
    fill(2000);
    put_one(alarm("x"));
    ASSERT_TRUE(run(store->housekeep(clock.wall()))); // all of it is in the file now
    const auto content = content_of(database());
    std::size_t hit = 0;
    for (std::size_t page = 8192 * 60; hit == 0 && page + 8192 <= content.size(); page += 8192)
        if (content[page] == 0x0d && content.substr(page, 8192).find("\"plate\"") != std::string::npos)
            hit = page;
    ASSERT_NE(hit, 0U);
    std::fstream(database(), std::ios::binary | std::ios::in | std::ios::out)
        .seekp(static_cast<std::streamoff>(hit))
        .write(std::string(8192, 'z').data(), 8192);

    std::vector<std::int64_t> seen;
    for (auto page = read(0, model::Priority::event, 256); !page.empty();
         page = read(seen.back(), model::Priority::event, 256))
        for (const auto& entry : page)
            seen.push_back(entry->seq);
    EXPECT_LT(seen.size(), 2000U);
    EXPECT_GT(seen.size(), 1950U);
    EXPECT_EQ(seen.back(), 2000);
    EXPECT_EQ(read(0, model::Priority::alert).size(), 1U);
    std::int64_t gap = 0;
    while (seen[static_cast<std::size_t>(gap)] == gap + 1)
        ++gap;
    EXPECT_NE(store->disk().damage.find("between " + std::to_string(gap + 1) + " and "), std::string::npos)
        << store->disk().damage;
    EXPECT_NE(run(store->housekeep(clock.wall()))->damage, "");
    close();
    EXPECT_TRUE(salvage_requested(options.directory));
}

TEST_F(Damage, IsNotAFileThatMayNotBeOpened)
{
    open();
    fill(100);
    close();
    const auto elsewhere = folder / "good.db";
    fs::rename(database(), elsewhere);
    ASSERT_EQ(::mknod(database().c_str(), S_IFSOCK | 0600, 0), 0); // opens for nobody, root included
    try {
        open();
        FAIL() << "started without its database";
    } catch (const std::runtime_error& failure) {
        EXPECT_NE(std::string(failure.what()).find(database().string()), std::string::npos) << failure.what();
    }
    EXPECT_TRUE(fs::is_socket(database())) << "and nothing was moved aside";
    EXPECT_EQ(restore(database(), folder / "other", true, "guard").error(), base::Errc::failed);
    const auto findings = inspect(options.directory);
    EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return !finding.ok && finding.what.find("cannot be opened") != std::string::npos;
    }));
    fs::remove(database());
    fs::rename(elsewhere, database());
    EXPECT_EQ(open().damage, "");
    EXPECT_EQ(kept().size(), 100U);
}

TEST_F(Damage, IsSalvagedFromWhereverACrashInterruptedIt)
{
    open();
    fill(100);
    close();
    auto content = content_of(database());
    content.replace(0, 100, std::string(100, 'x'));
    write_content(database(), content);
    // Marked, moved, half written, and then the power went.
    request_salvage(options.directory);
    const auto name = content_of(options.directory / "salvage");
    fs::create_directories(options.directory / "damaged" / name);
    fs::rename(database(), options.directory / "damaged" / name / "gatehouse.db");
    write_content(options.directory / "gatehouse.db.salvaged", "half");
    const auto report = open();
    EXPECT_EQ(kept().size(), 100U);
    EXPECT_EQ(report.moved_to.filename(), name);
    tell(report);
    close();
    EXPECT_EQ(open().damage, "");
    EXPECT_EQ(kept().size(), 100U);
}

TEST_F(Damage, WithoutTheNoteOfNumbersStillUsesNoneTwice)
{
    open();
    fill(100);
    close();
    fs::remove(options.directory / "sequence-floor");
    write_content(database(), content_of(database()).substr(0, 8192 * 5));
    EXPECT_NE(open().damage, "");
    EXPECT_GT(put_one(event("next")), 100);
}

// Truncated, flipped, zeroed at random places, in the database, its log or both, after a clean stop or a
// power cut.
TEST_F(Damage, AtRandomPlacesNeverStopsAStartNorReusesANumber)
{
    open();
    fill(600);
    const auto running = snapshot_of_running("running");
    close();
    const auto stopped = folder / "stopped";
    fs::copy(options.directory, stopped, fs::copy_options::recursive);
    const auto seed = static_cast<std::uint64_t>(std::random_device{}());
    RecordProperty("seed", std::to_string(seed));
    base::Random random(seed);
    const auto up_to = [&random](std::size_t bound) {
        return static_cast<std::size_t>(random.next() % std::max<std::size_t>(bound, 1));
    };
    std::size_t survived = 0;
    for (int round = 0; round < 200; ++round) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
        store.reset();
        options.directory = folder / "trial";
        fs::remove_all(options.directory);
        const bool cut = up_to(2) == 0;
        fs::copy(cut ? running : stopped, options.directory, fs::copy_options::recursive);
        const bool in_log = cut && up_to(2) == 0;
        const auto victim = in_log ? log_of(database()) : database();
        auto content = content_of(victim);
        switch (up_to(4)) {
        case 0: content.resize(up_to(content.size())); break;
        case 1:
            for (std::size_t flips = 1 + up_to(8); flips-- > 0 && !content.empty();)
                content[up_to(content.size())] ^= static_cast<char>(1U << up_to(8));
            break;
        case 2:
            for (auto at = up_to(content.size()), end = std::min(content.size(), at + 1 + up_to(20'000));
                 at < end; ++at)
                content[at] = 0;
            break;
        default:
            for (auto at = up_to(content.size()), end = std::min(content.size(), at + 1 + up_to(9000));
                 at < end; ++at)
                content[at] = static_cast<char>(random.next());
        }
        write_content(victim, content);
        ASSERT_NO_THROW(open());
        survived += kept().size();
        const auto next = put_one(event("after-" + std::to_string(round)));
        ASSERT_GT(next, 600);
        ASSERT_EQ(run(store->memory("x"))->size(), 0U);
        if (round % 10 != 0) continue;
        close();
        ASSERT_NO_THROW(open());
        ASSERT_GT(put_one(event("again-" + std::to_string(round))), next);
    }
    std::printf("seed %llu: %zu of %d entries survived\n", static_cast<unsigned long long>(seed), survived,
                200 * 600);
    EXPECT_GT(survived, 200U * 600U / 3);
}

class Backups : public Damage {};

TEST_F(Backups, AreTakenWhileRunningAndPutBackWhole)
{
    open();
    fill(300);
    const auto file = folder / "backup.db";
    ASSERT_TRUE(run(store->backup(file)));
    fill(100);
    close();
    ASSERT_TRUE(restore(file, options.directory, true, "guard"));
    ASSERT_TRUE(restore(file, options.directory, false, "guard"));
    EXPECT_TRUE(fs::exists(options.directory / "gatehouse.db.before-restore"));
    open();
    EXPECT_EQ(kept().size(), 300U);
    EXPECT_GT(put_one(event("next")), 400) << "numbers given after the backup are not given again";
}

TEST_F(Backups, BelongToTheGatewaysUserWhenRootPutsThemBack)
{
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    open();
    fill(50);
    const auto file = folder / "backup.db";
    ASSERT_TRUE(run(store->backup(file)));
    close();
    fs::remove(options.directory / "lock");
    constexpr uid_t user = 65'534;
    ASSERT_EQ(::chown(options.directory.c_str(), user, user), 0);
    ASSERT_TRUE(restore(file, options.directory, false, "guard"));
    for (const auto* name : {"gatehouse.db", "sequence-floor", "lock", "audit-head"}) {
        struct stat status {};
        ASSERT_EQ(::stat((options.directory / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_uid, user) << name;
        EXPECT_EQ(status.st_gid, user) << name;
    }
}

TEST_F(Backups, AreRefusedWhenTheyAreNotWhole)
{
    open();
    fill(300);
    const auto file = folder / "backup.db";
    ASSERT_TRUE(run(store->backup(file)));
    EXPECT_EQ(restore(file, options.directory, false, "guard").error(), base::Errc::busy);
    close();
    write_content(file, content_of(file).substr(0, 100'000));
    EXPECT_EQ(restore(file, options.directory, false, "guard").error(), base::Errc::damaged);
    EXPECT_EQ(restore(folder / "none.db", options.directory, true, "guard").error(), base::Errc::not_found);
    open();
    EXPECT_EQ(kept().size(), 300U);
}

TEST_F(Backups, HaveADoctorWhoSeesWhatIsWrong)
{
    const auto all_ok = [](const std::vector<Finding>& findings) {
        return std::all_of(findings.begin(), findings.end(),
                           [](const Finding& finding) { return finding.ok; });
    };
    EXPECT_FALSE(all_ok(inspect(folder / "nowhere")));
    open();
    fill(300);
    EXPECT_TRUE(all_ok(inspect(options.directory)));
    const auto torn = snapshot_of_running("torn");
    write_content(log_of(torn / "gatehouse.db"), content_of(log_of(torn / "gatehouse.db")) + "half a fr");
    EXPECT_TRUE(all_ok(inspect(torn))) << "the next start sees to it";
    close();
    EXPECT_TRUE(all_ok(inspect(options.directory)));
    auto content = content_of(database());
    content.replace(content.size() / 2, 8192, std::string(8192, 'z'));
    write_content(database(), content);
    const auto findings = inspect(options.directory);
    ASSERT_FALSE(all_ok(findings));
    for (const auto& finding : findings)
        EXPECT_EQ(finding.ok, finding.remedy.empty());
}

} // namespace
} // namespace gatehouse::store
