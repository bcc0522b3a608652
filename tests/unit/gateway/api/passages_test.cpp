#include "gateway/api/passage_filter.hpp"
#include "gateway/api/resources.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace gatehouse::api {
namespace {

using namespace std::chrono_literals;
using account::Permission;

class PassagesTest : public testing::Test {
protected:
    PassagesTest()
    {
        std::string name = (std::filesystem::temp_directory_path() / "gatehouse-passages-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        index = std::make_unique<store::PassageIndex>(io.get_executor(), folder / "passages.db", 480min);
        context.services.store = &store;
        context.services.passages = index.get();
        context.services.weak_character = [] { return 0.5; };
        context.services.person_name = [](const std::string&) { return "张三"; };
        context.services.lanes = [this] { return lanes; };
        context.services.lane_now = [this](const std::string&) { return now; };
        context.services.devices = [this] { return devices; };
    }
    ~PassagesTest() override
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
    // A read in the journal and in the index.
    model::EntryPtr read(std::string plate, bool passed = true)
    {
        model::VehiclePassage vehicle;
        vehicle.passed = passed;
        vehicle.plate = {.text = plate, .color = "blue", .confidence = 0.9, .characters = {}};
        vehicle.plate.characters.assign(7, 0.9);
        vehicle.plate.characters[2] = 0.2;
        model::Event event;
        event.id = "E" + std::to_string(store.last_seq() + 1);
        event.device = "lpr-1";
        event.lane = "east-in";
        clock.advance(1min);
        event.occurred_at = event.received_at = clock.wall();
        model::Decision decision;
        decision.result = passed ? model::Decision::Result::open : model::Decision::Result::refuse;
        decision.rule = "not-listed";
        event.decision = decision;
        event.body = std::move(vehicle);
        store::Change change;
        change.events.push_back(std::move(event));
        EXPECT_TRUE(run(store.commit(std::move(change))));
        store::PassageRow row;
        row.place = {.at = clock.wall(), .seq = store.last_seq()};
        row.let_in = row.passed = passed;
        row.lane = "east-in";
        row.plate = std::move(plate);
        store::PassageBatch batch{.changes = {row}, .read_upto = {}};
        EXPECT_TRUE(run(index->apply(std::move(batch))));
        return store.newest();
    }
    static Request asked(std::map<std::string, std::string> query, bool may_see = true)
    {
        Request request;
        request.query = std::move(query);
        request.who.permissions = account::Permissions{Permission::history_read, Permission::status_read};
        if (may_see) request.who.permissions.add(Permission::person_read);
        return request;
    }
    boost::json::object told(Reply reply)
    {
        const auto response = run(std::move(reply));
        status = response.status;
        return boost::json::parse(response.body).as_object();
    }

    asio::io_context io;
    fakes::ManualClock clock;
    fakes::FakeStore store{io.get_executor()};
    std::filesystem::path folder;
    std::unique_ptr<store::PassageIndex> index;
    Context context{{}, clock};
    std::vector<config::LaneConfig> lanes;
    std::vector<DeviceView> devices;
    passage::LaneNow now;
    unsigned status = 0;
};

TEST_F(PassagesTest, ShowsAPassageAsAPersonLooksForIt)
{
    read("沪A12345");
    read("沪B00000", false);
    const auto page = told(passages(context, asked({{"q", "A1?345"}})));
    ASSERT_EQ(page.at("passages").as_array().size(), 1u);
    const auto& shown = page.at("passages").as_array()[0].as_object();
    EXPECT_EQ(shown.at("plate").at("text"), "沪A12345");
    EXPECT_EQ(shown.at("plate").at("weak").as_array()[0], 3);
    EXPECT_EQ(shown.at("decision").at("result"), "open");
    EXPECT_EQ(shown.at("lane"), "east-in");
    EXPECT_TRUE(shown.at("person").is_null());
    EXPECT_TRUE(page.at("next").is_null());
    const auto denied = told(passages(context, asked({{"result", "deny"}})));
    EXPECT_EQ(denied.at("passages").as_array()[0].at("decision").at("result"), "deny");
}

TEST_F(PassagesTest, GoesOnAtTheCursorOfThePageBefore)
{
    for (const auto* plate : {"沪A00001", "沪A00002", "沪A00003"})
        read(plate);
    auto page = told(passages(context, asked({{"limit", "2"}})));
    ASSERT_EQ(page.at("passages").as_array().size(), 2u);
    const auto next = std::string(page.at("next").as_string());
    page = told(passages(context, asked({{"limit", "2"}, {"cursor", next}})));
    ASSERT_EQ(page.at("passages").as_array().size(), 1u);
    EXPECT_EQ(page.at("passages").as_array()[0].at("seq"), 1);
}

TEST_F(PassagesTest, SaysWhatIsWrongWithAFilter)
{
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"kind", "x"}, {"result", "x"}, {"from", "x"}, {"limit", "0"}, {"limit", "201"}, {"cursor", "x"}};
    for (const auto& [name, value] : wrong) {
        told(passages(context, asked({{name, value}})));
        EXPECT_EQ(status, 400u) << name << "=" << value;
    }
}

TEST_F(PassagesTest, MasksPlatesAndRefusesToSearchForThemForWhoMayNotSeePersons)
{
    read("沪A12345");
    const auto page = told(passages(context, asked({}, false)));
    EXPECT_EQ(page.at("passages").as_array()[0].at("plate").at("text"), "沪A•••45");
    told(passages(context, asked({{"q", "A1"}}, false)));
    EXPECT_EQ(status, 403u);
}

TEST_F(PassagesTest, ShowsABarrierAsConfirmedOnlyWhileItsDeviceAnswers)
{
    config::LaneConfig lane;
    lane.id = "east-in";
    lane.readers = {"lpr-1"};
    lane.barrier_device = "gate-1";
    lanes = {lane};
    DeviceView gate;
    gate.config.id = "gate-1";
    gate.status.link = model::LinkState::up;
    devices = {gate};
    now.position = model::BarrierPosition::open;
    now.confirmed_at = clock.wall();
    now.last = read("沪A12345");
    auto live = told(lanes_live(context, asked({}))).at("lanes").as_array()[0].as_object();
    EXPECT_EQ(live.at("barrier").at("position"), "open");
    EXPECT_EQ(live.at("readers").as_array()[0].at("link"), "unknown");
    EXPECT_EQ(live.at("last").at("plate").at("text"), "沪A12345");
    devices.front().status.link = model::LinkState::down;
    live = told(lanes_live(context, asked({}))).at("lanes").as_array()[0].as_object();
    EXPECT_EQ(live.at("barrier").at("position"), "unknown");
}

TEST_F(PassagesTest, ShowsAGuardHisLanesAlone)
{
    config::LaneConfig lane;
    for (const auto* id : {"east-in", "west-in"}) {
        lane.id = id;
        lanes.push_back(lane);
    }
    auto request = asked({});
    request.who.lanes = {"west-in"};
    const auto live = told(lanes_live(context, std::move(request)));
    ASSERT_EQ(live.at("lanes").as_array().size(), 1u);
    EXPECT_EQ(live.at("lanes").as_array()[0].at("id"), "west-in");
}

TEST_F(PassagesTest, CountsTrafficByHourOrDay)
{
    read("沪A12345");
    clock.advance(2h);
    read("沪A12345");
    EXPECT_EQ(told(traffic(context, asked({{"by", "hour"}}))).at("buckets").as_array().size(), 2u);
    const auto days = told(traffic(context, asked({{"by", "day"}, {"from", "2025-12-31T00:00:00Z"}})));
    ASSERT_EQ(days.at("buckets").as_array().size(), 1u);
    EXPECT_EQ(days.at("buckets").as_array()[0].at("other"), 2) << "which way is not known";
    EXPECT_EQ(days.at("buckets").as_array()[0].at("from"), "2026-01-01T00:00:00.000+08:00");
}

TEST_F(PassagesTest, HandsOutATableOnlyForAReasonAndRecorded)
{
    context.services.passage_table = [](store::PassageQuery) -> asio::awaitable<base::Result<PassageTable>> {
        co_return PassageTable{"CSV", 1, false};
    };
    std::vector<audit::Record> records;
    base::Result<void> recorded = base::Errc::disk_full;
    context.services.record = [&](audit::Record record) -> asio::awaitable<base::Result<void>> {
        records.push_back(std::move(record));
        co_return recorded;
    };
    auto request = asked({});
    request.who.name = "wang";
    request.who.role = account::Role::manager;
    request.address = "192.0.2.7";
    request.body = R"({"q":"A1"})";
    EXPECT_EQ(run(passages_export(context, request)).status, 400u) << "no reason";
    request.body = R"({"reason":"police 12","q":"A1","fuzzy":1})";
    EXPECT_EQ(run(passages_export(context, request)).status, 503u) << "not recorded";
    recorded = base::Result<void>();
    const auto table = run(passages_export(context, request));
    EXPECT_EQ(table.status, 200u);
    EXPECT_EQ(table.body, "CSV");
    EXPECT_EQ(records.back().detail, "police 12; q=A1 fuzzy=1 1 rows");
    EXPECT_EQ(records.back().actor, "wang (manager, 192.0.2.7)");
    auto masked = asked({}, false);
    masked.body = request.body;
    EXPECT_EQ(run(passages_export(context, masked)).status, 403u);
}

} // namespace
} // namespace gatehouse::api
