#include "gateway/app/passage_csv.hpp"

#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <filesystem>
#include <unistd.h>

namespace gatehouse::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class PassageCsv : public testing::Test {
protected:
    PassageCsv()
    {
        std::string name = (std::filesystem::temp_directory_path() / "gatehouse-csv-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        index = std::make_unique<store::PassageIndex>(io.get_executor(), folder / "passages.db", 480min);
        config::LaneConfig lane;
        lane.id = "door";
        lane.name = "3栋,门口";
        site.lanes = {lane};
    }
    ~PassageCsv() override
    {
        index.reset();
        std::filesystem::remove_all(folder);
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
    void come(std::string person)
    {
        model::AccessAttempt attempt;
        attempt.granted = true;
        attempt.credential = "face";
        attempt.person = person;
        model::Event event;
        event.id = "E" + std::to_string(store.last_seq() + 1);
        event.device = "face-1";
        event.lane = "door";
        event.direction = model::Direction::in;
        event.occurred_at = event.received_at = clock.wall();
        event.body = std::move(attempt);
        store::Change change;
        change.events.push_back(std::move(event));
        ASSERT_TRUE(run(store.commit(std::move(change))));
        store::PassageRow row;
        row.place = {.at = clock.wall(), .seq = store.last_seq()};
        row.vehicle = false;
        row.person = std::move(person);
        store::PassageBatch batch{.changes = {row}, .read_upto = {}};
        ASSERT_TRUE(run(index->apply(std::move(batch))));
    }
    api::PassageTable table(std::size_t rows_max)
    {
        std::function<std::string(const std::string&)> name = [](const std::string&) { return "=1+2"; };
        auto made = run(passage_csv(store, *index, {}, site, std::move(name), rows_max));
        EXPECT_TRUE(made);
        return std::move(*made);
    }

    asio::io_context io;
    fakes::ManualClock clock;
    fakes::FakeStore store{io.get_executor()};
    std::filesystem::path folder;
    std::unique_ptr<store::PassageIndex> index;
    config::SiteConfig site;
};

TEST_F(PassageCsv, IsOpenedByOfficeProgramsAsItIsMeant)
{
    come("1001");
    const auto made = table(10);
    EXPECT_THAT(made.csv, StartsWith("\xEF\xBB\xBF时间,"));
    EXPECT_THAT(made.csv,
                HasSubstr("2026-01-01T08:00:00.000+08:00,\"人员\",door,\"3栋,门口\",\"进\",,1001,'=1+2,"
                          "face,,,,\"是\",E1\r\n"));
    EXPECT_EQ(made.rows, 1u);
    EXPECT_FALSE(made.cut_off);
}

TEST_F(PassageCsv, EndsAtTheBoundAndSaysThatThereWereMore)
{
    for (int i = 0; i < 3; ++i)
        come("1001");
    EXPECT_EQ(table(3).rows, 3u);
    EXPECT_FALSE(table(3).cut_off);
    EXPECT_EQ(table(2).rows, 2u);
    EXPECT_TRUE(table(2).cut_off);
}

} // namespace
} // namespace gatehouse::app
