#include "tests/process/world.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sqlite3.h>

#include <algorithm>
#include <csignal>

namespace gatehouse::proof {
namespace {

namespace fs = std::filesystem;

class Audit : public World {
protected:
    void start_site()
    {
        plan({{"lpr-1", "plate", true, 0, "barrier_travel = \"100ms\"", ""}});
        ASSERT_NO_FATAL_FAILURE(start());
    }
    fs::path database() const { return fs::path(gateway.data_dir) / "gatehouse.db"; }
    void open_the_gate()
    {
        OrderText text;
        text.id = order_id();
        text.device = "lpr-1";
        text.lasts = 10s;
        centre.publish(order_topic(), order_document(text));
        ASSERT_TRUE(until(
            [&] {
                const auto listed = gateway.cli({"audit", "list", "--action", "barrier-open", "--json"});
                return listed.output.find(text.id) != std::string::npos;
            },
            20s));
    }
    void stop()
    {
        gateway.process().signal(SIGTERM);
        ASSERT_TRUE(gateway.process().wait(10s).has_value());
    }
    bool told(const std::string& words)
    {
        return until(
            [&] {
                return std::any_of(
                    centre.deliveries().begin(), centre.deliveries().end(),
                    [&](const Delivery& delivery) { return delivery.data.find(words) != std::string::npos; });
            },
            20s);
    }
    Finished verify() const { return gateway.cli({"audit", "verify"}); }
};

TEST_F(Audit, TellsTheCentreItsHeadAndIsWholeAfterKills)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    EXPECT_TRUE(told("audit_head"));
    for (int round = 0; round < 5; ++round) {
        ASSERT_NO_FATAL_FAILURE(open_the_gate());
        gateway.kill();
        ASSERT_NO_FATAL_FAILURE(launch_again());
    }
    const auto verdict = verify();
    EXPECT_EQ(verdict.code, 0) << verdict.output;
}

TEST_F(Audit, FindsARowThatWasChangedWhileNothingRan)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    ASSERT_NO_FATAL_FAILURE(open_the_gate());
    ASSERT_NO_FATAL_FAILURE(stop());
    {
        const SQLite::Database books(database().string(), SQLite::OPEN_READWRITE);
        sqlite3_exec(books.getHandle(), "UPDATE audit SET actor = 'nobody' WHERE action = 'barrier-open'",
                     nullptr, nullptr, nullptr);
    }
    ASSERT_NO_FATAL_FAILURE(launch_again());
    EXPECT_TRUE(told("audit_broken")) << "nobody said so";
    const auto verdict = verify();
    EXPECT_EQ(verdict.code, 1);
    EXPECT_NE(verdict.output.find("was changed"), std::string::npos) << verdict.output;
}

TEST_F(Audit, FindsAnOldCopyOfTheDatabaseAndTakesARestoreForWhatItIs)
{
    ASSERT_NO_FATAL_FAILURE(start_site());
    ASSERT_NO_FATAL_FAILURE(stop());
    fs::copy_file(database(), scratch.file("old.db"));
    ASSERT_NO_FATAL_FAILURE(launch_again());
    ASSERT_NO_FATAL_FAILURE(open_the_gate());
    ASSERT_NO_FATAL_FAILURE(stop());
    const auto restored = run_to_end({program("gatehouse"), "restore", scratch.file("old.db"), "--config",
                                      gateway.config_file(), "--operator", "li"});
    ASSERT_EQ(restored.code, 0) << restored.output;
    ASSERT_NO_FATAL_FAILURE(launch_again());
    auto verdict = verify();
    EXPECT_EQ(verdict.code, 0) << verdict.output;
    EXPECT_NE(verdict.output.find("restore by li (command line)"), std::string::npos) << verdict.output;
    ASSERT_NO_FATAL_FAILURE(open_the_gate());
    ASSERT_NO_FATAL_FAILURE(stop());
    fs::copy_file(scratch.file("old.db"), database(), fs::copy_options::overwrite_existing);
    ASSERT_NO_FATAL_FAILURE(launch_again());
    EXPECT_TRUE(told("audit_broken")) << "nobody said so";
    verdict = verify();
    EXPECT_EQ(verdict.code, 1) << verdict.output;
}

} // namespace
} // namespace gatehouse::proof
