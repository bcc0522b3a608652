#include "tests/site/oracle.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace gatehouse::site {
namespace {

// A judge that never convicts proves nothing: each promise is broken by hand once.
class Oracle : public testing::Test {
protected:
    void SetUp() override
    {
        site.start();
        site.pass(30s);
        site.person();
        site.car("u-1", Site::listed_plate);
        site.inside([this] { site.scripted.happen("m/1"); });
        site.pass(1min);
        ASSERT_EQ(breaches(site, {}), std::vector<std::string>());
        ASSERT_EQ(site.openings.size(), 1u);
    }

    void forget_entries_of(const std::string& device)
    {
        std::erase_if(site.disk.platters.journal, [&device](const auto& entry) {
            return entry->event.device == device && !entry->event.device_key.empty();
        });
    }

    [[nodiscard]] bool says(const std::string& words) const
    {
        const auto found = breaches(site, {});
        return std::any_of(found.begin(), found.end(), [&words](const std::string& breach) {
            return breach.find(words) != std::string::npos;
        });
    }

    Site site;
};

TEST_F(Oracle, SeesARecordThatWasAcknowledgedAndIsGone)
{
    forget_entries_of("probe-1");
    EXPECT_TRUE(says("accepted and not kept: m/1"));
}

TEST_F(Oracle, SeesATerminalRecordThatWasNeverFetched)
{
    forget_entries_of("face-1");
    EXPECT_TRUE(says("terminal record 1 is kept 0 times"));
}

TEST_F(Oracle, SeesARecordThatIsKeptTwice)
{
    auto& journal = site.disk.platters.journal;
    auto copy = std::make_shared<model::Entry>(*journal.back());
    for (const auto& entry : journal)
        if (entry->event.device == "face-1" && entry->type.starts_with("access.")) *copy = *entry;
    copy->seq = journal.back()->seq + 1;
    copy->event.id += "X";
    journal.push_back(copy);
    EXPECT_TRUE(says("is kept twice"));
    EXPECT_TRUE(says("terminal record 1 is kept 2 times"));
}

TEST_F(Oracle, SeesAnEntryThatNeverReachedTheCentre)
{
    site.centre.by_id.erase(site.disk.platters.journal.back()->event.id);
    EXPECT_TRUE(says("was never delivered"));
}

TEST_F(Oracle, SeesAGateThatOpensTwiceForOneRead)
{
    site.openings.push_back(site.openings.back());
    EXPECT_TRUE(says("without a read that allows it"));
}

TEST_F(Oracle, SeesAGateThatOpensForAStranger)
{
    site.reads.front().plate = Site::stranger_plate;
    EXPECT_TRUE(says("without a read that allows it"));
}

TEST_F(Oracle, SeesAGateThatOpensTooLate)
{
    site.openings.front().at += 20s;
    EXPECT_TRUE(says("without a read that allows it"));
}

TEST_F(Oracle, SeesACommandWithoutAnEnd)
{
    store::CommandRecord record;
    record.command.id = "c-1";
    site.disk.platters.command_table.push_back(record);
    EXPECT_TRUE(says("command without an outcome"));
}

} // namespace
} // namespace gatehouse::site
