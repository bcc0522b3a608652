#include "gateway/app/explain.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace gatehouse::app {
namespace {

namespace fs = std::filesystem;
using model::Decision;

class Explain : public testing::Test {
protected:
    Explain()
    {
        std::string name = (fs::temp_directory_path() / "gatehouse-explain-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        std::ofstream(folder / "g.toml")
            << "[site]\nid = \"site-1\"\n[gateway]\nid = \"gw1\"\ndata_dir = \"" << folder.string() << "\"\n"
            << "[[device]]\nid = \"lpr\"\nprotocol = \"isapi\"\nkind = \"plate\"\n"
            << "address = \"http://192.0.2.21\"\nusername = \"gatehouse\"\n"
            << "[[lane]]\nid = \"east-in\"\nname = \"east\"\nkind = \"vehicle\"\ndirection = \"in\"\n"
            << "readers = [\"lpr\"]\nbarrier = \"lpr/1\"\ndecide = \"gateway\"\n";
    }
    ~Explain() override { fs::remove_all(folder); }

    // What a gateway has kept and still has open.
    void keep(const std::string& plate)
    {
        store::StoreOptions options;
        options.directory = folder;
        opened = store::open_store(io.get_executor(), clock, metrics, std::move(options), {});
        store::Credential entry;
        entry.value = plate;
        store::Change change;
        change.lists.push_back({store::Credential::Type::plate, "resident", {entry}});
        asio::co_spawn(io, opened.store->commit(std::move(change)), [](std::exception_ptr, auto) {});
        io.run();
    }
    [[nodiscard]] cli::PlateAnswer ask(const std::string& lane = "") const
    {
        cli::PlateQuestion question;
        question.plate = "沪a-12345";
        question.lane = lane;
        return explain_offline((folder / "g.toml").string(), question);
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    fs::path folder;
    store::OpenedStore opened;
};

TEST_F(Explain, ReadsConfigurationAndListsWithoutTheDaemon)
{
    keep("沪A12345");
    const auto answer = ask();
    EXPECT_EQ(answer.code, 0) << answer.problem;
    EXPECT_EQ(
        answer.document,
        R"({"plate":"沪a-12345","decisions":[{"lane":"east-in","result":"open","rule":"resident-list",)"
        R"("reasons":["The plate is on list \"resident\"."]}],"canonical":"沪A12345","grammar":"ordinary plate",)"
        R"("entries":[{"list":"resident"}],"candidates":[],"misreads":[]})");
}

TEST_F(Explain, HasAnAnswerBeforeAnythingWasEverKept)
{
    EXPECT_THAT(ask().document, testing::HasSubstr("not-listed"));
    EXPECT_EQ(ask("nowhere").code, 1);
}

TEST_F(Explain, DoesNotClaimADecisionWhereTheDeviceDecides)
{
    config::SiteConfig site;
    site.lanes.emplace_back().id = "west-out";
    access::Directory directory(site.utc_offset);
    store::Credential entry;
    entry.value = "沪A12345";
    directory.load({entry});
    const auto found = explain_plate(site, directory, "沪A12345", "", clock.wall());
    ASSERT_EQ(found->decisions.size(), 1U);
    EXPECT_EQ(found->decisions.front().decision.result, Decision::Result::none);
    EXPECT_EQ(found->decisions.front().decision.rule, "device");
    EXPECT_THAT(found->decisions.front().decision.reasons.front(), testing::HasSubstr("only records"));
}

TEST_F(Explain, ShowsGrammarEntriesHoursAndWhatLooksLikeThePlate)
{
    config::SiteConfig site;
    site.access.schedules = {{"never", {}, {{0, 1440}}, config::HolidayRule::ignore}};
    site.access.groups = {{"staff", {}, {"never"}}};
    site.access.corrected_reads = config::CorrectedReads::unique_resident;
    access::Directory directory(site.utc_offset);
    directory.use(access::Policy(site.access, site.lanes, site.utc_offset));
    store::Credential entry;
    entry.value = "沪A12308";
    entry.group = "staff";
    auto alike = entry;
    alike.value = "沪A1230B";
    alike.list = "deny";
    directory.load({entry, alike});
    const auto found = explain_plate(site, directory, "沪A-12308", "", clock.wall()).value();
    EXPECT_EQ(found.grammar, "ordinary plate");
    ASSERT_EQ(found.entries.size(), 1U);
    EXPECT_FALSE(found.entries[0].in_hours);
    ASSERT_EQ(found.candidates.size(), 1U);
    EXPECT_EQ(found.candidates[0].plate, "沪A1230B");
    EXPECT_EQ(found.candidates[0].lists, std::vector<std::string>{"deny"});
    EXPECT_EQ(found.candidates[0].differs, std::vector<std::size_t>{7});
    EXPECT_THAT(found.misreads, testing::ElementsAre("沪AI2308", "沪A123O8"));
    EXPECT_EQ(explain_plate(site, directory, "ABC", "", clock.wall())->grammar, "");
}

} // namespace
} // namespace gatehouse::app
