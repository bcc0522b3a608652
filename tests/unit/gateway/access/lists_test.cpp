#include "gateway/access/lists.hpp"

#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::access {
namespace {

using store::Credential;
using testing::ElementsAre;

constexpr std::chrono::minutes utc_offset{480};

// Stores a coroutine's result where a test can see it; an exception fails the test.
template <class T>
asio::awaitable<void> keep(asio::awaitable<T> work, std::optional<T>& into)
{
    into = co_await std::move(work);
}

class ListsTest : public testing::Test {
protected:
    template <class T>
    T run(asio::awaitable<T> work)
    {
        std::optional<T> result;
        auto rethrow = [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        };
        asio::co_spawn(io_, keep(std::move(work), result), rethrow);
        io_.restart();
        io_.run();
        return std::move(result.value());
    }

    ImportReport import(std::string csv, bool partial = false, bool dry_run = false)
    {
        ImportRequest request;
        request.csv = std::move(csv);
        request.actor = "manager";
        request.partial = partial;
        request.dry_run = dry_run;
        return run(lists_.import(std::move(request))).value();
    }
    bool opens(std::string_view plate) const
    {
        return directory_.decide_plate("", plate, clock_.wall()).result == model::Decision::Result::open;
    }

    asio::io_context io_;
    fakes::ManualClock clock_;
    fakes::FakeStore store_{io_.get_executor()};
    Directory directory_{utc_offset};
    Lists lists_{store_, directory_, clock_, config::SiteConfig{}, io_.get_executor()};
};

TEST_F(ListsTest, ImportDecidesTheNextReadAndIsAudited)
{
    const auto report = import("plate\n沪A12345\n沪A12346\n");
    EXPECT_TRUE(report.imported);
    EXPECT_EQ(report.entries, 2U);
    EXPECT_THAT(report.replaced, ElementsAre("plate/resident"));
    EXPECT_TRUE(opens("沪A12345"));
    ASSERT_EQ(store_.audit_table.size(), 1U);
    EXPECT_EQ(store_.audit_table[0].actor, "manager");
    EXPECT_EQ(store_.audit_table[0].action, "list-import");
    EXPECT_EQ(store_.audit_table[0].detail, "2 entries");
}

TEST_F(ListsTest, ReplacesTheListsOfTheFileAndNoOther)
{
    import("plate,list\n沪A12345,resident\n沪B00001,visitor\n");
    import("plate,list\n沪A99999,resident\n");
    EXPECT_FALSE(opens("沪A12345"));
    EXPECT_TRUE(opens("沪A99999"));
    EXPECT_TRUE(opens("沪B00001"));
}

TEST_F(ListsTest, AListWhoseLastEntryWasStruckOutIsEmpty)
{
    import("plate\n沪A12345\n");
    const auto report = import("plate\n");
    EXPECT_TRUE(report.imported);
    EXPECT_THAT(report.replaced, ElementsAre("plate/resident"));
    EXPECT_FALSE(opens("沪A12345"));
    EXPECT_EQ(store_.audit_table.back().detail, "0 entries");
}

TEST_F(ListsTest, TheNamedListIsReplacedAlsoWhenNoRowNamesIt)
{
    import("plate,card,list\n沪B00001,,visitor\n,777,visitor\n沪A12345,,resident\n");
    ImportRequest request;
    request.csv = "plate,person,card,list\n"; // what an export begins with
    request.type = Credential::Type::plate;
    request.list = "visitor";
    EXPECT_TRUE(run(lists_.import(std::move(request)))->imported);
    EXPECT_FALSE(opens("沪B00001"));
    EXPECT_TRUE(opens("沪A12345"));
    EXPECT_EQ(directory_.size(Credential::Type::card), 1U);
}

TEST_F(ListsTest, AnEmptyFileThatCouldMeanSeveralListsIsRefused)
{
    import("plate\n沪A12345\n");
    for (const auto* csv : {"plate,card\n", "plate,list\n"}) {
        const auto report = import(csv);
        EXPECT_FALSE(report.imported);
        ASSERT_EQ(report.errors.size(), 1U);
        EXPECT_THAT(report.errors[0].text, testing::HasSubstr("which list"));
    }
    EXPECT_TRUE(opens("沪A12345"));
}

TEST_F(ListsTest, OfAMixedFileOnlyTheTypeAskedForIsTaken)
{
    import("card\n777\n");
    ImportRequest request;
    request.csv = "plate,card\n沪A12345,888\n,999\n";
    request.type = Credential::Type::plate;
    const auto report = run(lists_.import(std::move(request))).value();
    EXPECT_TRUE(report.imported);
    EXPECT_THAT(report.replaced, ElementsAre("plate/resident"));
    EXPECT_TRUE(opens("沪A12345"));
    EXPECT_EQ(directory_.decide_card("", "777", clock_.wall()).result, model::Decision::Result::open);
}

TEST_F(ListsTest, SaysWhichListsKeepOut)
{
    const auto report = import("plate,list\n沪A12345,blacklist\n沪B00001,黑名单\n沪C00001,vip\n");
    EXPECT_THAT(report.keep_out, ElementsAre("plate/blacklist", "plate/deny"));
    EXPECT_FALSE(opens("沪A12345"));
}

TEST_F(ListsTest, ImportsNothingWhenALineIsWrongUnlessAskedTo)
{
    const std::string csv = "plate\n沪A12345\n!!\n";
    const auto refused = import(csv);
    EXPECT_FALSE(refused.imported);
    EXPECT_EQ(refused.errors.size(), 1U);
    EXPECT_FALSE(opens("沪A12345"));
    EXPECT_TRUE(store_.credential_table.empty());
    EXPECT_TRUE(import(csv, true).imported);
    EXPECT_TRUE(opens("沪A12345"));
}

TEST_F(ListsTest, KnowsTheLanesItWasToldLast)
{
    const std::string csv = "plate,lanes\n沪A12345,north\n";
    config::SiteConfig site;
    site.lanes.resize(1);
    site.lanes[0].id = "south";
    lists_.use(site);
    EXPECT_EQ(import(csv).errors.size(), 1U);
    site.lanes[0].id = "north";
    lists_.use(site);
    EXPECT_TRUE(import(csv).errors.empty());
}

TEST_F(ListsTest, ATrialRunChangesNothing)
{
    const auto report = import("plate\n沪A12345\n", false, true);
    EXPECT_FALSE(report.imported);
    EXPECT_EQ(report.entries, 1U);
    EXPECT_EQ(store_.commits(), 0);
}

TEST_F(ListsTest, AFullStoreLeavesTheListsAsTheyWere)
{
    import("plate\n沪A12345\n");
    store_.fail_commits(base::Errc::disk_full);
    ImportRequest request;
    request.csv = "plate\n沪B00001\n";
    const auto result = run(lists_.import(std::move(request)));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), base::Errc::disk_full);
    EXPECT_TRUE(opens("沪A12345"));
}

TEST_F(ListsTest, ReloadTakesWhatTheStoreHas)
{
    Credential entry;
    entry.value = "沪A12345";
    store_.credential_table.push_back(entry);
    EXPECT_FALSE(opens("沪A12345"));
    EXPECT_TRUE(run(lists_.reload()));
    EXPECT_TRUE(opens("沪A12345"));
}

TEST_F(ListsTest, ExportsWhatWasImported)
{
    import("plate,list\n沪B00001,visitor\n沪A12345,resident\n");
    const auto text = run(lists_.export_csv({})).value();
    const auto again = parse_list(text, CsvOptions{});
    ASSERT_EQ(again.credentials.size(), 2U);
    EXPECT_EQ(again.credentials[0].value, "沪A12345");
    EXPECT_EQ(again.credentials[1].list, "visitor");
}

TEST_F(ListsTest, ExportsOnlyTheListThatWasAskedFor)
{
    import("plate,list\n沪B00001,visitor\n沪A12345,resident\n");
    EntryFilter wanted;
    wanted.type = Credential::Type::plate;
    wanted.list = "visitor";
    const auto visitors = parse_list(run(lists_.export_csv(wanted)).value(), CsvOptions{});
    ASSERT_EQ(visitors.credentials.size(), 1U);
    EXPECT_EQ(visitors.credentials[0].value, "沪B00001");
    wanted.type = Credential::Type::card;
    EXPECT_TRUE(parse_list(run(lists_.export_csv(wanted)).value(), CsvOptions{}).credentials.empty());
}

TEST_F(ListsTest, EntriesAreFoundPageByPage)
{
    import("plate,name\n沪A00003,Li\n沪A00001,Li\n沪A00002,Li\n沪B00001,Wang\n");
    EntryFilter wanted;
    wanted.text = "Li";
    wanted.offset = 1;
    wanted.limit = 1;
    const auto page = run(lists_.select(wanted)).value();
    EXPECT_EQ(page.total, 3U);
    ASSERT_EQ(page.entries.size(), 1U);
    EXPECT_EQ(page.entries[0].value, "沪A00002");
    wanted.offset = 9;
    EXPECT_TRUE(run(lists_.select(wanted)).value().entries.empty());
}

TEST_F(ListsTest, ADryRunSaysWhatWouldChangeAndWhatIsRejectedWhere)
{
    import("plate,note\n沪A00001,\n沪A00002,\n沪A00003,\n");
    const auto report = import("plate,note\n沪A00001,\n沪A00002,new\n沪A00004,\n!,\n", false, true);
    EXPECT_FALSE(report.imported);
    ASSERT_EQ(report.previews.size(), 1U);
    const auto& preview = report.previews[0];
    EXPECT_EQ(preview.list, "plate/resident");
    EXPECT_THAT(preview.added, ElementsAre("沪A00004"));
    EXPECT_THAT(preview.changed, ElementsAre("沪A00002"));
    EXPECT_THAT(preview.removed, ElementsAre("沪A00003"));
    EXPECT_EQ(preview.equal_count, 1U);
    ASSERT_EQ(report.errors.size(), 1U);
    EXPECT_EQ(report.errors[0].line, 5U);
    EXPECT_TRUE(opens("沪A00003"));
}

TEST_F(ListsTest, UndoesAnImportAndTheOneBeforeIt)
{
    import("plate\n沪A00001\n");
    import("plate\n沪A00002\n");
    import("plate\n沪A00002\n"); // changes nothing, so it is no version
    const auto undo = [this](int to) {
        UndoRequest request;
        request.list = "resident";
        request.actor = "manager";
        request.to = to;
        return run(lists_.undo(std::move(request)));
    };
    EXPECT_EQ(undo(0).value().restored, 2);
    EXPECT_TRUE(opens("沪A00001"));
    EXPECT_FALSE(opens("沪A00002"));
    EXPECT_EQ(undo(0).value().restored, 1); // as it was before the first import
    EXPECT_FALSE(opens("沪A00001"));
    EXPECT_EQ(undo(0).error(), base::Errc::not_found);
    EXPECT_EQ(undo(3).value().restored, 3);
    EXPECT_TRUE(opens("沪A00002"));
    EXPECT_EQ(undo(99).error(), base::Errc::not_found);
    EXPECT_EQ(store_.audit_table.back().action, "list-undo");
    EXPECT_EQ(store_.audit_table.back().detail, "1 entries, version 3 again");
    const auto versions = run(lists_.versions()).value();
    ASSERT_EQ(versions.size(), 6U);
    EXPECT_EQ(versions[0].number, 6);
    EXPECT_EQ(versions[0].restored, 3);
    EXPECT_EQ(versions[0].csv, "");
}

TEST_F(ListsTest, CountsAVisitorsEntriesFromTheImportThatBroughtHim)
{
    import("plate,list,entries\n沪A00001,visitor,2\n");
    ASSERT_EQ(store_.credential_table.size(), 1U);
    const auto begun = clock_.wall();
    EXPECT_EQ(store_.credential_table[0].valid_from, begun);
    clock_.advance(std::chrono::hours(1));
    import("plate,list,entries\n沪A00001,visitor,2\n沪A00002,visitor,1\n");
    EXPECT_EQ(store_.credential_table[0].valid_from, begun);
    EXPECT_EQ(store_.credential_table[1].valid_from, clock_.wall());
}

} // namespace
} // namespace gatehouse::access
