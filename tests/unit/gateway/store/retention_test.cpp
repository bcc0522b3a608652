#include "tests/unit/gateway/store/store_fixture.hpp"

#include <array>

namespace gatehouse::store {
namespace {

using std::chrono::days;

class Retention : public StoreTest {
protected:
    DiskReport housekeep()
    {
        const auto report = run(store->housekeep(clock.wall()));
        EXPECT_TRUE(report) << report.error().message();
        return report ? *report : DiskReport{};
    }
    void put_many(int count)
    {
        std::vector<model::Event> events;
        for (int i = 0; i < count; ++i)
            events.push_back(event("many-" + std::to_string(++given_)));
        ASSERT_TRUE(put(std::move(events)));
    }
    model::Event with_picture(const std::string& key)
    {
        auto made = event(key);
        made.pictures.push_back(model::Picture{.kind = "scene",
                                               .bytes = std::make_shared<const std::string>(20'000, key[0]),
                                               .sha256 = "",
                                               .size = 0});
        return made;
    }
    // What is on disk, not what memory still shows.
    std::vector<std::int64_t> kept()
    {
        EventFilter filter;
        filter.limit = 1000;
        return numbers_of(*run(store->events(filter)));
    }

private:
    int given_ = 0;
};

TEST_F(Retention, KeepsWhatAReaderHasNotPassed)
{
    open();
    put({event("a"), event("b"), event("c")});
    Change change;
    change.cursors.push_back({.reader = "rules", .priority = model::Priority::event, .seq = 3});
    change.cursors.push_back({.reader = "sink/centre", .priority = model::Priority::event, .seq = 2});
    ASSERT_TRUE(run(store->commit(std::move(change))));
    clock.advance(days(200));
    housekeep();
    EXPECT_EQ(kept(), (std::vector<std::int64_t>{3}));
}

TEST_F(Retention, DeletesEachClassAtItsOwnAge)
{
    open();
    put({event("a"), alarm("b")});
    clock.advance(days(179));
    put({event("c")});
    move_cursors(3);
    housekeep();
    EXPECT_EQ(kept(), (std::vector<std::int64_t>{1, 2, 3}));
    clock.advance(days(2));
    housekeep();
    EXPECT_EQ(kept(), (std::vector<std::int64_t>{2, 3}));
    clock.advance(days(600));
    housekeep();
    EXPECT_TRUE(kept().empty());
    EXPECT_EQ(put_one(event("d")), 4) << "numbers are not used again";
}

TEST_F(Retention, ForgetsVisitorsAMonthAfterTheirVisitAndNobodyElse)
{
    open();
    Change change;
    for (const auto* list : {"visitor", "resident"}) {
        Change::ListReplacement replace{.type = Credential::Type::plate, .list = list, .credentials = {}};
        for (const auto* plate : {"沪A12345", "沪A67890"})
            replace.credentials.emplace_back().value = plate;
        for (auto& credential : replace.credentials)
            credential.list = list;
        replace.credentials.front().valid_to = clock.wall() + days(1); // the other: no end
        change.lists.push_back(std::move(replace));
    }
    ASSERT_TRUE(run(store->commit(std::move(change))));
    clock.advance(days(30));
    housekeep();
    EXPECT_EQ(run(store->credentials())->size(), 4U);
    clock.advance(days(2));
    housekeep();
    const auto left = *run(store->credentials());
    ASSERT_EQ(left.size(), 3U);
    for (const auto& credential : left)
        EXPECT_TRUE(credential.list == "resident" || !credential.valid_to);
}

TEST_F(Retention, ForgetsWhatListsSaidBeforeAfterAMonthAndKeepsWhatTheySayNow)
{
    open();
    for (const auto* said : {"two who have left", "nobody"}) {
        Change change;
        change.versions.push_back({.type = Credential::Type::plate,
                                   .list = "resident",
                                   .number = 0,
                                   .at = clock.wall(),
                                   .actor = "li",
                                   .csv = said});
        ASSERT_TRUE(run(store->commit(std::move(change))));
        clock.advance(days(1));
    }
    clock.advance(days(28));
    housekeep();
    EXPECT_EQ(run(store->list_versions())->size(), 2U);
    clock.advance(days(300));
    housekeep();
    const auto left = *run(store->list_versions());
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(run(store->list_version(Credential::Type::plate, "resident", 2))->value().csv, "nobody");
}

TEST_F(Retention, GoesByTheDaysAndReadersItWasToldLast)
{
    open();
    put({event("a"), event("b")});
    move_cursors(2);
    clock.advance(days(100));
    housekeep();
    EXPECT_EQ(kept(), (std::vector<std::int64_t>{1, 2}));
    auto policy = options.retention;
    policy.records_days = 60;
    store->use_retention(policy, {"rules", "sink/centre", "sink/new"});
    housekeep();
    EXPECT_EQ(kept(), (std::vector<std::int64_t>{1, 2})) << "the new reader has had nothing yet";
    store->use_retention(policy, {"rules", "sink/centre"});
    housekeep();
    EXPECT_TRUE(kept().empty());
}

TEST_F(Retention, DeletesManyPages)
{
    open();
    for (int i = 0; i < 4; ++i)
        put_many(700);
    move_cursors(2800);
    clock.advance(days(181));
    put_many(5);
    housekeep();
    EXPECT_EQ(kept().size(), 5U);
}

TEST_F(Retention, LetsAWakeUpIn1970LoseNothing)
{
    open();
    put_one(event("a"));
    auto lost_clock = event("b");
    lost_clock.received_at = base::WallTime(std::chrono::seconds(5));
    lost_clock.clock_quality = model::ClockQuality::unsynced;
    put_one(std::move(lost_clock));
    move_cursors(2);
    housekeep();
    EXPECT_EQ(kept().size(), 2U);
}

TEST_F(Retention, DropsPicturesBeforeTheirRecordsAndHoldsThoseOfAnOpenAlert)
{
    open();
    const auto plain = put({with_picture("a")});
    const auto held = put({with_picture("b")});
    Change change;
    model::Alert alert;
    alert.id = "A1";
    alert.evidence = {held->at(0).entry->event.id};
    change.alerts.push_back(alert);
    ASSERT_TRUE(run(store->commit(std::move(change))));
    move_cursors(2);
    clock.advance(days(31));
    housekeep();
    EXPECT_EQ(run(store->picture(plain->at(0).entry->event.pictures[0].sha256)).error(),
              base::Errc::not_found);
    EXPECT_TRUE(run(store->picture(held->at(0).entry->event.pictures[0].sha256)));
    EXPECT_EQ(kept().size(), 2U);
    close();
    open();
    Change closing;
    alert.state = model::Alert::State::closed;
    alert.changed_at = clock.wall();
    closing.alerts.push_back(alert);
    ASSERT_TRUE(run(store->commit(std::move(closing))));
    clock.advance(days(31));
    housekeep();
    EXPECT_EQ(run(store->picture(held->at(0).entry->event.pictures[0].sha256)).error(),
              base::Errc::not_found);
    EXPECT_TRUE(std::filesystem::is_empty(options.directory / "media")) << "an empty segment goes as a whole";
}

TEST_F(Retention, DropsPicturesThatEveryReaderHasAlthoughNoAlertEverCame)
{
    open();
    const auto seen = put({with_picture("a")});
    Change change;
    for (const auto* reader : {"rules", "sink/centre"})
        change.cursors.push_back({.reader = reader, .priority = model::Priority::event, .seq = 1});
    ASSERT_TRUE(run(store->commit(std::move(change))));
    clock.advance(days(31));
    housekeep();
    EXPECT_EQ(run(store->picture(seen->at(0).entry->event.pictures[0].sha256)).error(),
              base::Errc::not_found);
}

TEST_F(Retention, ComesBelowItsBoundInOneRound)
{
    for (const bool delivered : {true, false}) {
        options.retention.max_bytes = 0;
        open();
        for (int i = 0; i < 5; ++i)
            put_many(1000);
        for (char kind = 'a'; kind <= 'z'; ++kind)
            put({with_picture({kind})});
        if (delivered) move_cursors(store->last_seq());
        const auto before = housekeep();
        close();
        options.retention.max_bytes = (before.store_bytes + before.media_bytes) / 2;
        open();
        const auto after = housekeep();
        EXPECT_LE(after.store_bytes + after.media_bytes, options.retention.max_bytes);
        EXPECT_GT(after.store_bytes, options.retention.max_bytes / 4) << "and no further than it must";
        close();
        std::filesystem::remove_all(options.directory);
    }
}

TEST_F(Retention, TakesThePicturesOfUndeliveredRecordsWithThem)
{
    open();
    for (char kind = 'a'; kind <= 'z'; ++kind)
        put({with_picture({kind})});
    const auto before = housekeep();
    close();
    options.retention.max_bytes = before.store_bytes + before.media_bytes / 2;
    open();
    EXPECT_LE(housekeep().media_bytes, before.media_bytes / 2);
}

TEST_F(Retention, SaysWhatItHadToDeleteBeforeDelivery)
{
    open();
    put_many(1200);
    put_one(alarm("x"));
    const auto size = housekeep().store_bytes;
    close();
    options.retention.max_bytes = size * 3 / 4;
    open();
    housekeep();
    const auto left = kept();
    EXPECT_LT(left.size(), 1000U);
    EXPECT_NE(std::find(left.begin(), left.end(), 1201), left.end()) << "alerts stay";
    EventFilter filter;
    filter.newest_first = true;
    filter.limit = 1;
    const auto newest = *run(store->events(filter));
    ASSERT_TRUE(std::holds_alternative<model::Gap>(newest[0]->event.body));
    const auto& gap = std::get<model::Gap>(newest[0]->event.body);
    EXPECT_EQ(gap.scope, "journal");
    EXPECT_EQ(gap.why, "max_bytes");
    EXPECT_GT(gap.count, 0);
    EXPECT_EQ(metrics.counter("gatehouse_store_lost_entries_total", "", {}).value() % 100, 0U);
    // And sinks get it in order, behind what is left.
    EXPECT_EQ(read(1200).back()->seq, newest[0]->seq);
}

TEST_F(Retention, TakesOnlyAlertsAndOrdersWhenTheDiskIsFullAndRecovers)
{
    std::int64_t free = 10LL << 30U;
    options.free_bytes = [&free](const std::filesystem::path&) { return free; };
    open();
    EXPECT_EQ(housekeep().state, DiskState::ok);
    free = 900LL << 20U;
    EXPECT_EQ(housekeep().state, DiskState::warn);
    free = 400LL << 20U;
    EXPECT_EQ(housekeep().state, DiskState::shedding);
    const auto bare = put({with_picture("a")});
    ASSERT_TRUE(bare);
    EXPECT_TRUE(bare->at(0).entry->event.pictures.empty());
    EXPECT_EQ(metrics.counter("gatehouse_store_pictures_dropped_total", "", {}).value(), 1U);
    free = 1000;
    EXPECT_EQ(housekeep().state, DiskState::full);
    EXPECT_EQ(put({event("b")}).error(), base::Errc::disk_full);
    EXPECT_TRUE(put({alarm("c")}));
    const std::array<model::Body, 7> sources{model::Tamper{"lens", true},
                                             model::Duress{1, ""},
                                             model::DoorState{1, model::DoorPosition::forced_open},
                                             model::DoorState{1, model::DoorPosition::held_open},
                                             model::BarrierFault{1, "blocked", true},
                                             model::DeviceLink{model::LinkState::down, ""},
                                             model::SystemNotice{"disk", false, "full"}};
    for (const auto& body : sources) {
        auto source = event("");
        source.body = body;
        EXPECT_TRUE(put({source})) << "rules make an alert of " << model::type_of(body);
    }
    auto opened = event("");
    opened.body = model::DoorState{1, model::DoorPosition::opened};
    EXPECT_EQ(put({opened}).error(), base::Errc::disk_full);
    Change memory;
    memory.memory.push_back({.device = "lpr-1", .key = "k", .value = "v"});
    EXPECT_TRUE(run(store->commit(std::move(memory))));
    free = 10LL << 30U;
    EXPECT_EQ(housekeep().state, DiskState::ok);
    EXPECT_TRUE(put({with_picture("b")}));
}

} // namespace
} // namespace gatehouse::store
