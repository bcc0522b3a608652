#include "gateway/acceptance/sheets.hpp"

#include "gateway/base/sha256.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace gatehouse::acceptance {
namespace {

using base::Errc;
using Result = Item::Result;

class SheetsTest : public testing::Test {
protected:
    SheetsTest() { facts.clock_synced = facts.audit_whole = true; }

    asio::awaitable<base::Result<Facts>> gather() { co_return facts; }

    template <class T>
    std::shared_ptr<std::optional<T>> begin_to(asio::awaitable<T> work)
    {
        auto found = std::make_shared<std::optional<T>>();
        asio::co_spawn(io, std::move(work),
                       [found](std::exception_ptr, T value) { *found = std::move(value); });
        return found;
    }
    template <class T>
    T result_of(asio::awaitable<T> work)
    {
        const auto found = begin_to(std::move(work));
        io.restart();
        io.run();
        return std::move(found->value());
    }
    Sheet begun() { return result_of(sheets.begin("li")).value(); }
    base::Result<Sheet> settle(const Sheet& sheet, const std::string& item, Result result,
                               std::string note = "seen")
    {
        return result_of(sheets.settle(sheet.run.id, item, {result, std::move(note), {}, "wang"}));
    }
    Sheet filled()
    {
        auto sheet = begun();
        for (const auto& item : sheet.run.items)
            if (item.result == Result::open)
                settle(sheet, item.id,
                       item.kind == Item::Kind::guided ? Result::pass : Result::not_applicable)
                    .value();
        return result_of(sheets.find(sheet.run.id)).value();
    }
    base::Result<Sheet> sign(const Sheet& sheet)
    {
        return result_of(sheets.sign(sheet.run.id, {{"manager", "Wang"}}, "li"));
    }

    asio::io_context io{1};
    fakes::ManualClock clock;
    base::Random random{1};
    model::UlidSource ids{clock, random};
    fakes::FakeStore store{io.get_executor()};
    config::SiteConfig site;
    Facts facts;
    Sheets sheets{{.store = store,
                   .clock = clock,
                   .ids = ids,
                   .facts = [this] { return gather(); },
                   .site = [this]() -> const config::SiteConfig& { return site; }}};
};

TEST_F(SheetsTest, KeepsWhatPeopleSayOfAnItem)
{
    const auto sheet = begun();
    ASSERT_TRUE(settle(sheet, "tamper-drill", Result::fail, "no alarm at the centre"));
    auto read = result_of(sheets.find(sheet.run.id)).value();
    EXPECT_EQ(read.run.item("tamper-drill")->result, Result::fail);
    EXPECT_EQ(read.run.item("tamper-drill")->note, "no alarm at the centre");
    EXPECT_EQ(read.run.item("tamper-drill")->by, "wang");
    EXPECT_EQ(settle(sheet, "nonsense", Result::pass).error(), Errc::not_found);
    EXPECT_EQ(result_of(sheets.find("nobody")).error(), Errc::not_found);
}

TEST_F(SheetsTest, NobodyMayPassAnAutomaticCheckByHand)
{
    const auto sheet = begun();
    EXPECT_EQ(settle(sheet, "audit", Result::pass).error(), Errc::conflict);
    EXPECT_EQ(settle(sheet, "audit", Result::not_applicable, "").error(), Errc::bad_input)
        << "set aside without a word";
    EXPECT_TRUE(settle(sheet, "audit", Result::not_applicable));
}

TEST_F(SheetsTest, IsSignedOnlyWhenNothingIsOpenAndNeverChangesAfterwards)
{
    const auto empty = begun();
    EXPECT_EQ(sign(empty).error(), Errc::conflict);
    const auto sheet = filled();
    EXPECT_EQ(result_of(sheets.sign(sheet.run.id, {}, "li")).error(), Errc::bad_input);
    const auto done = sign(sheet);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->hash, base::sha256_hex(done->document));
    ASSERT_FALSE(store.audit_table.empty());
    EXPECT_EQ(store.audit_table.back().action, "acceptance-sign");
    EXPECT_EQ(store.audit_table.back().detail, "sha256 " + done->hash);
    EXPECT_EQ(settle(sheet, "tamper-drill", Result::fail).error(), Errc::conflict);
    EXPECT_EQ(result_of(sheets.check_again(sheet.run.id)).error(), Errc::conflict);
    EXPECT_EQ(sign(sheet).error(), Errc::conflict);
    EXPECT_EQ(result_of(sheets.find(sheet.run.id))->hash, done->hash);
}

TEST_F(SheetsTest, DoesTheAutomaticChecksAgain)
{
    facts.clock_synced = false;
    const auto sheet = begun();
    facts.clock_synced = true;
    auto again = result_of(sheets.check_again(sheet.run.id)).value();
    EXPECT_EQ(again.run.item("clock")->result, Result::pass);
}

TEST_F(SheetsTest, TwoWhoFillInAtOnceDoNotOverwriteEachOther)
{
    const auto sheet = begun();
    const auto one = begin_to(sheets.settle(sheet.run.id, "signs", {Result::pass, "", {}, "a"}));
    const auto other = begin_to(sheets.settle(sheet.run.id, "tamper-drill", {Result::pass, "", {}, "b"}));
    io.restart();
    io.run();
    EXPECT_TRUE(one->value());
    EXPECT_EQ(other->value().error(), Errc::busy);
}

TEST_F(SheetsTest, ListsTheNewestFirst)
{
    const auto first = begun();
    clock.advance(std::chrono::seconds(1));
    const auto second = begun();
    const auto all = result_of(sheets.all()).value();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].run.id, second.run.id);
    EXPECT_EQ(all[1].run.id, first.run.id);
}

} // namespace
} // namespace gatehouse::acceptance
