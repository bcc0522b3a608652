#include "gateway/store/passage_index.hpp"

#include "tests/unit/gateway/store/store_fixture.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace gatehouse::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class PassageIndexTest : public StoreTest {
protected:
    PassageIndexTest()
    {
        std::filesystem::create_directories(folder);
        begin();
    }
    void begin()
    {
        index.reset();
        index = std::make_unique<PassageIndex>(io.get_executor(), file(), 480min);
    }
    [[nodiscard]] std::filesystem::path file() const { return folder / "passages.db"; }

    // A vehicle so many minutes after the first of 2026, journalled as the next number.
    PassageRow read(std::string plate, std::chrono::minutes after, std::string lane = "east-in")
    {
        PassageRow row;
        row.place = {.at = first + after, .seq = ++seq};
        row.direction = model::Direction::in;
        row.lane = std::move(lane);
        row.plate = std::move(plate);
        return row;
    }
    PassageRow person(std::string id, std::chrono::minutes after)
    {
        auto row = read("", after, "door");
        row.vehicle = false;
        row.person = std::move(id);
        return row;
    }
    static PassageRow refused(PassageRow row)
    {
        row.let_in = row.passed = false;
        return row;
    }
    void keep(std::vector<std::variant<PassageRow, PassageMerge>> changes)
    {
        PassageBatch batch{.changes = std::move(changes), .read_upto = {.seq = seq, .id = "E"}};
        ASSERT_TRUE(run(index->apply(std::move(batch))));
    }
    std::vector<std::int64_t> found(PassageQuery query)
    {
        const auto page = run(index->select(std::move(query)));
        std::vector<std::int64_t> numbers;
        if (!page) return {-1};
        for (const auto& one : page->found)
            numbers.push_back(one.place.seq);
        return numbers;
    }
    static PassageQuery of_plate(std::string plate)
    {
        PassageQuery query;
        query.plate = [plate = std::move(plate)](std::string_view read) { return read == plate; };
        return query;
    }

    const base::WallTime first{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
    std::int64_t seq = 0;
    std::unique_ptr<PassageIndex> index;
};

TEST_F(PassageIndexTest, FindsByPlatePersonLaneKindResultAndTimeNewestFirst)
{
    keep({read("沪A1", 0min), person("1001", 5min), refused(read("沪B2", 10min)),
          read("沪A1", 48h, "west-in"), person("1002", 49h)});
    EXPECT_THAT(found({}), ElementsAre(5, 4, 3, 2, 1));
    EXPECT_THAT(found(of_plate("沪A1")), ElementsAre(4, 1));
    EXPECT_THAT(found(of_plate("沪C3")), IsEmpty());
    EXPECT_THAT(found({.person = "1001"}), ElementsAre(2));
    EXPECT_THAT(found({.lane = "east-in"}), ElementsAre(3, 1));
    EXPECT_THAT(found({.vehicle = false}), ElementsAre(5, 2));
    EXPECT_THAT(found({.let_in = false}), ElementsAre(3));
    EXPECT_THAT(found({.from = first + 5min, .to = first + 48h}), ElementsAre(3, 2))
        << "the end is not in it";
    auto narrow = of_plate("沪A1");
    narrow.lane = "east-in";
    EXPECT_THAT(found(narrow), ElementsAre(1));
}

TEST_F(PassageIndexTest, SortsWhatCameLateByWhenItHappened)
{
    keep({read("沪A1", 30min), read("沪A1", 10min), read("沪A1", 20min)});
    EXPECT_THAT(found({}), ElementsAre(1, 3, 2));
    EXPECT_THAT(found(of_plate("沪A1")), ElementsAre(1, 3, 2));
}

TEST_F(PassageIndexTest, GoesOnFromPageToPageWithoutALossOrARepeat)
{
    for (int i = 0; i < 10; ++i)
        keep({read("沪A" + std::to_string(i % 2), 13h * (i / 2))}); // two at every time
    for (const auto& query : {PassageQuery(), PassageQuery{.lane = "east-in"}, of_plate("沪A1")}) {
        const auto all = found(query);
        auto paged = query;
        paged.limit = 3;
        std::vector<std::int64_t> seen;
        for (int pages = 0; pages < 6; ++pages) {
            const auto page = run(index->select(paged));
            ASSERT_TRUE(page);
            for (const auto& one : page->found)
                seen.push_back(one.place.seq);
            if (!page->next) break;
            paged.before = page->next;
        }
        EXPECT_EQ(seen, all);
    }
}

TEST_F(PassageIndexTest, FindsMorePlatesThanCanBeAskedForOneByOne)
{
    std::vector<std::variant<PassageRow, PassageMerge>> many;
    for (int i = 0; i < 600; ++i)
        many.emplace_back(read((i % 2 == 0 ? "沪A" : "浙B") + std::to_string(i), std::chrono::minutes(i)));
    keep(std::move(many));
    PassageQuery query;
    query.plate = [](std::string_view plate) { return plate.starts_with("沪"); };
    query.limit = 200;
    const auto page = run(index->select(query));
    ASSERT_TRUE(page);
    ASSERT_EQ(page->found.size(), 200u);
    EXPECT_EQ(page->found.front().place.seq, 599);
    EXPECT_EQ(page->found.back().place.seq, 201);
}

TEST_F(PassageIndexTest, MakesOneRowOfTheReadsOfOneMovementAndCountsItOnce)
{
    const auto front = read("沪A1", 0min);
    const auto rear = read("沪A7", 0min);
    keep({front, rear});
    keep({PassageMerge{.kept = front.place, .dropped = {rear.place}, .passed = true}});
    EXPECT_THAT(found({}), ElementsAre(1));
    const auto hours = run(index->traffic(first - 1h, first + 24h));
    ASSERT_TRUE(hours);
    ASSERT_EQ(hours->size(), 1u);
    EXPECT_EQ(hours->front().in, 1);
    EXPECT_EQ(hours->front().from, first);
}

TEST_F(PassageIndexTest, CountsWhoWasLetInAndTurnedBackForNothing)
{
    const auto turned = read("沪A1", 0min);
    const auto opened_for = refused(read("沪B2", 1min));
    keep({turned, opened_for, refused(read("沪C3", 2min)), person("1001", 3min)});
    keep({PassageMerge{.kept = turned.place, .dropped = {}, .passed = false},
          PassageMerge{.kept = opened_for.place, .dropped = {}, .passed = true}});
    const auto counts = run(index->count(first, first + 1h));
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->vehicles, 1) << "refused, and let in by hand";
    EXPECT_EQ(counts->persons, 1);
    EXPECT_EQ(counts->denied, 1);
    const auto hours = run(index->traffic(first, first + 1h));
    ASSERT_TRUE(hours);
    ASSERT_EQ(hours->size(), 2u);
    EXPECT_EQ(hours->back().in, 1);
    EXPECT_EQ(hours->back().denied, 1);
}

TEST_F(PassageIndexTest, TakesAPageASecondTimeWithoutCountingItTwice)
{
    const auto row = read("沪A1", 0min);
    keep({row});
    keep({row});
    EXPECT_THAT(found({}), ElementsAre(1));
    const auto hours = run(index->traffic(first, first + 1h));
    ASSERT_TRUE(hours);
    EXPECT_EQ(hours->front().in, 1);
}

TEST_F(PassageIndexTest, ForgetsOldPassagesAndTheirPlatesAndKeepsTheirCount)
{
    keep({read("沪A1", 0min), read("沪B2", 72h)});
    ASSERT_TRUE(run(index->forget({.passages = {.at = first + 71h, .seq = 2}, .traffic = {}})));
    EXPECT_THAT(found({}), ElementsAre(2));
    std::vector<std::string> plates;
    PassageQuery query;
    query.plate = [&plates](std::string_view plate) {
        plates.emplace_back(plate);
        return false;
    };
    EXPECT_THAT(found(query), IsEmpty());
    EXPECT_THAT(plates, ElementsAre("沪B2"));
    const auto hours = run(index->traffic(first, first + 96h));
    ASSERT_TRUE(hours);
    EXPECT_EQ(hours->size(), 2u);
}

TEST_F(PassageIndexTest, RemembersHowFarItHasReadOverARestart)
{
    keep({read("沪A1", 0min)});
    begin();
    const auto position = run(index->position());
    ASSERT_TRUE(position);
    EXPECT_EQ(position->seq, 1);
    EXPECT_EQ(position->id, "E");
    EXPECT_THAT(found({}), ElementsAre(1));
}

TEST_F(PassageIndexTest, BeginsADamagedFileAnew)
{
    keep({read("沪A1", 0min)});
    index.reset();
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << std::string(20'000, 'x');
    begin();
    EXPECT_EQ(run(index->position()).error(), base::Errc::damaged);
    const auto position = run(index->position());
    ASSERT_TRUE(position);
    EXPECT_EQ(position->seq, 0);
    EXPECT_THAT(found({}), IsEmpty());
}

} // namespace
} // namespace gatehouse::store
