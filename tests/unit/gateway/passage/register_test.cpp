#include "gateway/passage/register.hpp"

#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <filesystem>
#include <unistd.h>

namespace gatehouse::passage {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class RegisterTest : public testing::Test {
protected:
    RegisterTest()
    {
        std::string name = (std::filesystem::temp_directory_path() / "gatehouse-register-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        begin();
    }
    ~RegisterTest() override
    {
        index.reset();
        std::filesystem::remove_all(folder);
    }
    // As after a restart.
    void begin()
    {
        index.reset();
        index = std::make_unique<store::PassageIndex>(io.get_executor(), folder / "passages.db", 480min);
        book = std::make_unique<Register>(Register::Ports{.executor = io.get_executor(),
                                                          .clock = clock,
                                                          .metrics = metrics,
                                                          .store = store,
                                                          .index = *index});
    }
    template <class T>
    T run(asio::awaitable<T> work)
    {
        std::optional<T> answer;
        asio::co_spawn(io, std::move(work),
                       [&](std::exception_ptr, T value) { answer.emplace(std::move(value)); });
        io.restart();
        io.run();
        return std::move(*answer);
    }
    // Until what is in the journal is in the index too.
    void follow()
    {
        EXPECT_TRUE(run(book->step()));
        clock.advance(2s);
        EXPECT_TRUE(run(book->step()));
    }
    std::string journal(model::Body body, std::string lane = "east-in")
    {
        model::Event event;
        event.id = "E" + std::to_string(store.last_seq() + 1);
        event.device = "lpr-1";
        event.lane = std::move(lane);
        event.direction = model::Direction::in;
        event.occurred_at = event.received_at = clock.wall();
        event.body = std::move(body);
        const auto id = event.id;
        store::Change change;
        change.events.push_back(std::move(event));
        EXPECT_TRUE(run(store.commit(std::move(change))));
        return id;
    }
    std::string read(std::string plate, bool passed = true, std::string lane = "east-in")
    {
        model::VehiclePassage vehicle;
        vehicle.passed = passed;
        vehicle.plate.text = std::move(plate);
        return journal(std::move(vehicle), std::move(lane));
    }
    static model::Passage::Part part(std::string id, std::string role, std::string plate = "",
                                     bool listed = false)
    {
        model::Passage::Part made;
        made.id = std::move(id);
        made.role = std::move(role);
        made.plate.text = std::move(plate);
        made.listed = listed;
        return made;
    }
    static model::Passage movement(std::string plate, std::vector<model::Passage::Part> parts,
                                   model::PassageState state = model::PassageState::passed)
    {
        model::Passage passage;
        passage.state = state;
        passage.plate.text = std::move(plate);
        passage.parts = std::move(parts);
        return passage;
    }
    std::vector<std::int64_t> rows()
    {
        std::vector<std::int64_t> numbers;
        const auto page = run(index->select({}));
        if (page)
            for (const auto& found : page->found)
                numbers.push_back(found.place.seq);
        return numbers;
    }

    asio::io_context io;
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    fakes::FakeStore store{io.get_executor()};
    std::filesystem::path folder;
    std::unique_ptr<store::PassageIndex> index;
    std::unique_ptr<Register> book;
};

TEST_F(RegisterTest, ShowsAReadBeforeItsMovementHasEndedAndOneRowAfterwards)
{
    const auto front = read("沪A1");
    const auto rear = read("沪A7");
    follow();
    EXPECT_THAT(rows(), ElementsAre(2, 1));
    journal(
        movement("沪A7", {part(front, "read", "沪A1"), part(rear, "read", "沪A7"), part("X", "barrier")}));
    follow();
    EXPECT_THAT(rows(), ElementsAre(2)) << "the read whose plate won the vote";
}

TEST_F(RegisterTest, TakesWhatTheCameraBesideSawForNoMovementOfItsOwn)
{
    const auto seen = read("沪A1");
    const auto echo = read("沪A1", false, "east-out");
    journal(movement("沪A1", {part(seen, "read", "沪A1"), part(echo, "echo", "沪A1")}));
    follow();
    EXPECT_THAT(rows(), ElementsAre(1));
}

TEST_F(RegisterTest, HasARowForWhomNobodyReadOnlyWhenHePassed)
{
    journal(movement("", {part("X", "command")}, model::PassageState::timed_out));
    follow();
    EXPECT_THAT(rows(), IsEmpty()) << "opened, and nobody came";
    journal(movement("", {part("X", "command"), part("Y", "barrier")}));
    follow();
    EXPECT_THAT(rows(), ElementsAre(2));
}

TEST_F(RegisterTest, KnowsTheReadsOfAMovementThatGoesOverARestart)
{
    const auto front = read("沪A1");
    const auto rear = read("沪A1");
    follow();
    begin();
    journal(movement("沪A1", {part(front, "read", "沪A1"), part(rear, "read", "沪A1")}));
    follow();
    EXPECT_THAT(rows(), ElementsAre(1));
}

TEST_F(RegisterTest, FillsAnIndexThatIsNewFromTheFirstEntryOn)
{
    for (int i = 0; i < 1200; ++i)
        read("沪A" + std::to_string(i));
    for (int i = 0; i < 4; ++i)
        follow();
    const auto counts = run(index->count({}, clock.wall() + 1h));
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->vehicles, 1200);
}

TEST_F(RegisterTest, BeginsAnewForAnotherJournal)
{
    read("沪A1");
    follow();
    store::PassageBatch elsewhere;
    elsewhere.read_upto = {.seq = 1, .id = "SOMETHING ELSE"};
    ASSERT_TRUE(run(index->apply(std::move(elsewhere))));
    begin();
    follow();
    EXPECT_THAT(rows(), ElementsAre(1));
    const auto hours = run(index->traffic(clock.wall() - 24h, clock.wall() + 24h));
    ASSERT_TRUE(hours);
    ASSERT_EQ(hours->size(), 1u);
    EXPECT_EQ(hours->front().in, 1) << "not counted twice";
    const auto position = run(index->position());
    EXPECT_EQ(position->id, "E1");
}

TEST_F(RegisterTest, LetsGoWhatTheJournalHasLetGo)
{
    read("沪A1");
    clock.advance(1h);
    read("沪A2");
    follow();
    store.journal.erase(store.journal.begin());
    ASSERT_TRUE(run(book->tidy({})));
    EXPECT_THAT(rows(), ElementsAre(2));
}

} // namespace
} // namespace gatehouse::passage
