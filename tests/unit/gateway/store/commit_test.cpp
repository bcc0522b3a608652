#include "gateway/store/database.hpp"
#include "tests/unit/gateway/store/store_fixture.hpp"

#include <fstream>

namespace gatehouse::store {
namespace {

class Commit : public StoreTest {
protected:
    // Starts all changes before any of them is written, then runs the loop; one outcome per change, in order.
    std::vector<base::Result<std::vector<Appended>>> put_at_once(std::vector<Change> changes)
    {
        std::vector<base::Result<std::vector<Appended>>> outcomes(changes.size(), base::Errc::failed);
        for (std::size_t i = 0; i < changes.size(); ++i)
            asio::co_spawn(io, store->commit(std::move(changes[i])),
                           [&outcomes, i](std::exception_ptr, base::Result<std::vector<Appended>> done) {
                               outcomes[i] = std::move(done);
                           });
        io.restart();
        io.run();
        return outcomes;
    }
    static Credential plate(const std::string& text)
    {
        Credential credential;
        credential.value = text;
        return credential;
    }
    Change of(model::Event one)
    {
        Change change;
        change.events.push_back(std::move(one));
        return change;
    }
};

TEST_F(Commit, CostsOneSyncForManyChanges)
{
    open();
    std::vector<Change> changes;
    for (int i = 0; i < 500; ++i)
        changes.push_back(of(event(std::to_string(i))));
    const auto outcomes = put_at_once(std::move(changes));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        ASSERT_TRUE(outcomes[i]);
        EXPECT_EQ(outcomes[i]->at(0).seq, static_cast<std::int64_t>(i) + 1);
    }
    EXPECT_LE(metrics.counter("gatehouse_store_commits_total", "", {}).value(), 3U);
}

TEST_F(Commit, WaitsForNobodyWhoReadsForLong)
{
    open();
    ASSERT_TRUE(put({event("a")}));
    SQLite::Database reader((options.directory / "gatehouse.db").string(), SQLite::OPEN_READONLY);
    reader.exec("BEGIN");
    ASSERT_EQ(reader.execAndGet("SELECT count(*) FROM journal").getInt(), 1);
    ASSERT_TRUE(put({event("b")}));
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(run(store->housekeep(clock.wall())));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3))
        << "a backup is such a reader";
    EXPECT_EQ(reader.execAndGet("SELECT count(*) FROM journal").getInt(), 1);
    reader.exec("COMMIT");
    ASSERT_TRUE(run(store->housekeep(clock.wall())));
    EXPECT_EQ(std::filesystem::file_size(log_of(options.directory / "gatehouse.db")), 0U);
}

TEST_F(Commit, KeepsTheNeighboursOfABadChange)
{
    open();
    std::vector<Change> changes;
    for (int i = 0; i < 5; ++i)
        changes.push_back(of(event(std::to_string(i))));
    changes[3].alerts.push_back(model::Alert{}); // an alert without an id cannot be kept
    const auto outcomes = put_at_once(std::move(changes));
    for (const std::size_t good : {0U, 1U, 2U, 4U})
        EXPECT_TRUE(outcomes[good]) << good;
    ASSERT_FALSE(outcomes[3]);
    EXPECT_EQ(outcomes[3].error(), base::Errc::bad_input);
    EXPECT_EQ(numbers_of(read(0)), (std::vector<std::int64_t>{1, 2, 3, 4}))
        << "its event is not there, and took no number";
    EXPECT_GT(metrics.counter("gatehouse_store_reruns_total", "", {}).value(), 0U);
}

TEST_F(Commit, AnswersOverloadedBeyondItsBoundAndRecovers)
{
    options.waiting_rows_max = 10;
    open();
    std::vector<Change> changes;
    for (int i = 0; i < 50; ++i)
        changes.push_back(of(event(std::to_string(i))));
    const auto outcomes = put_at_once(std::move(changes));
    int refused = 0;
    for (const auto& outcome : outcomes)
        if (!outcome && outcome.error() == base::Errc::overloaded) ++refused;
    EXPECT_GE(refused, 30);
    EXPECT_LT(refused, 50);
    EXPECT_EQ(read(0).size(), 50U - static_cast<std::size_t>(refused));
    EXPECT_GT(put_one(event("later")), 0);
}

TEST_F(Commit, KeepsEveryKindOfRecordOverARestart)
{
    open();
    Change change;
    model::Alert alert;
    alert.id = "A1";
    alert.kind = "tamper";
    alert.evidence = {"E1", "E\"2"};
    alert.state = model::Alert::State::acknowledged;
    alert.raised_at = clock.wall();
    change.alerts.push_back(alert);
    change.events.push_back(event("a"));
    change.cursors.push_back({.reader = "rules", .priority = model::Priority::alert, .seq = 1});
    CommandRecord intent;
    intent.command.id = "C1";
    intent.command.action = model::Action::barrier_open;
    intent.command.args = {{"lane", "east"}};
    change.commands.push_back(intent);
    change.dead_letters.push_back(
        {.reader = "sink/centre", .seq = 3, .reason = "schema", .at = clock.wall()});
    change.memory.push_back({.device = "lpr-1", .key = "last", .value = "42"});
    change.audit.push_back({.at = clock.wall(),
                            .actor = "api",
                            .action = "alert-ack",
                            .target = "A1",
                            .detail = "",
                            .result = "ok"});
    change.lists.push_back(
        {.type = Credential::Type::plate, .list = "resident", .credentials = {plate("沪A1"), plate("沪A2")}});
    change.lists[0].credentials[0].lanes = {"east-in"};
    change.lists[0].credentials[0].group = "staff";
    change.lists[0].credentials[0].entries = 3;
    change.lists[0].credentials[1].reason = "unpaid";
    change.lists[0].credentials[1].instruction = "call the office";
    const auto listed = change.lists[0].credentials;
    change.entry_uses.push_back({.device = "lpr-1",
                                 .device_key = "7",
                                 .type = Credential::Type::plate,
                                 .value = "沪A1",
                                 .list = "resident",
                                 .lane = "east-in",
                                 .at = clock.wall()});
    change.entry_uses.push_back(change.entry_uses.back()); // the record came twice
    ASSERT_TRUE(run(store->commit(std::move(change))));
    close();
    open();
    EXPECT_EQ(run(store->alert("A1"))->value().evidence, alert.evidence);
    EXPECT_EQ(run(store->alerts(AlertFilter{}))->size(), 1U);
    EXPECT_FALSE(run(store->alert("A2"))->has_value());
    EXPECT_EQ(run(store->cursors())->at(0).seq, 1);
    const auto orders = *run(store->open_commands());
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].command.action, model::Action::barrier_open);
    EXPECT_EQ(orders[0].command.args.at("lane"), "east");
    EXPECT_EQ(run(store->dead_letters("sink/centre", 10))->at(0).reason, "schema");
    EXPECT_EQ(run(store->memory("lpr-1"))->at("last"), "42");
    const auto plates = *run(store->credentials());
    ASSERT_EQ(plates.size(), 2U);
    EXPECT_EQ(plates, listed);
    const auto uses = *run(store->entry_uses());
    ASSERT_EQ(uses.size(), 1U);
    EXPECT_EQ(uses[0].value, "沪A1");
    EXPECT_EQ(uses[0].at, clock.wall());
}

TEST_F(Commit, KeepsTheLifeOfAnAlertAndWhatShiftsSay)
{
    open();
    Change change;
    model::Alert alert;
    alert.id = "A1";
    alert.state = model::Alert::State::suspended;
    alert.role = "manager";
    alert.steps = 2;
    alert.acknowledged_at = alert.changed_at = clock.wall();
    alert.level = 1;
    alert.assigned = "duty";
    alert.parent = "A0";
    alert.order_number = "7";
    alert.lasts = false;
    change.alerts.push_back(alert);
    model::AlertStep step;
    step.alert = "A1";
    step.seq = 1;
    step.to = model::Alert::State::raised;
    step.at = clock.wall();
    step.role = "system";
    change.alert_steps.push_back(step);
    step.seq = 2;
    step.from = model::Alert::State::acknowledged;
    step.to = model::Alert::State::suspended;
    step.actor = "li";
    step.channel = "control";
    step.note = "spare part";
    change.alert_steps.push_back(step);
    step.note = "another tale of the same step";
    change.alert_steps.push_back(step);
    model::Silence silence;
    silence.id = "S1";
    silence.kind = "tamper";
    silence.author = "li";
    silence.reason = "repair";
    silence.until = clock.wall() + std::chrono::hours(1);
    change.silences.push_back(silence);
    model::Handover handover;
    handover.id = "H1";
    handover.author = "li";
    handover.text = "keys";
    handover.open_alerts = 3;
    change.handovers.push_back(handover);
    ASSERT_TRUE(run(store->commit(std::move(change))));
    close();
    open();
    const auto kept = run(store->alert("A1"))->value();
    EXPECT_EQ(kept.state, model::Alert::State::suspended);
    EXPECT_EQ(kept.acknowledged_at, alert.acknowledged_at);
    EXPECT_EQ(kept.assigned + kept.parent + kept.order_number + kept.role, "dutyA07manager");
    EXPECT_EQ(kept.level + kept.steps, 3);
    EXPECT_FALSE(kept.lasts);
    const auto steps = *run(store->alert_steps("A1"));
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_FALSE(steps[0].from);
    EXPECT_EQ(steps[1].from, model::Alert::State::acknowledged);
    EXPECT_EQ(steps[1].note, "spare part") << "append-only";
    EXPECT_EQ(run(store->silences(10))->at(0).until, silence.until);
    EXPECT_EQ(run(store->handovers(10))->at(0).open_alerts, 3);
}

TEST_F(Commit, GivesOpenSuppressedAndLatelyClosedAlertsApart)
{
    open();
    using State = model::Alert::State;
    Change change;
    for (int state = 0; state <= static_cast<int>(State::suspended); ++state) {
        model::Alert alert;
        alert.id = model::to_string(static_cast<State>(state));
        alert.state = static_cast<State>(state);
        alert.changed_at = clock.wall();
        change.alerts.push_back(alert);
    }
    ASSERT_TRUE(run(store->commit(std::move(change))));
    using Which = AlertFilter::Which;
    const auto count = [this](Which which, base::WallTime since) {
        return run(store->alerts(AlertFilter{.which = which, .since = since}))->size();
    };
    EXPECT_EQ(count(Which::open, {}), 11U);
    EXPECT_EQ(count(Which::suppressed, {}), 1U);
    EXPECT_EQ(count(Which::closed, clock.wall()), 1U);
    EXPECT_EQ(count(Which::closed, clock.wall() + std::chrono::milliseconds(1)), 0U);
    EXPECT_EQ(count(Which::all, {}), 14U);
}

TEST_F(Commit, KeepsConsentsAndTheFacesThatTerminalsMayHold)
{
    open();
    Consent consent;
    consent.person = "10086";
    consent.purpose = "face";
    consent.given_at = clock.wall();
    consent.text_version = "v3";
    consent.method = "paper";
    consent.under_14 = true;
    consent.guardian = "10085";
    Change change;
    change.consents.push_back(consent);
    change.faces.push_back({.device = "face-1", .person = "10086"});
    change.faces.push_back({.device = "face-2", .person = "10086"});
    ASSERT_TRUE(run(store->commit(std::move(change))));
    consent.withdrawn_at = clock.wall() + std::chrono::hours(1);
    Change later;
    later.consents.push_back(consent);
    later.faces.push_back({.device = "face-1", .person = "10086", .gone = true});
    ASSERT_TRUE(run(store->commit(std::move(later))));
    close();
    open();
    EXPECT_EQ(*run(store->consents()), std::vector<Consent>{consent});
    const auto faces = *run(store->faces());
    ASSERT_EQ(faces.size(), 1U);
    EXPECT_EQ(faces[0].device, "face-2");
}

TEST_F(Commit, KeepsAccountsAndTokensUntilTheyAreRemoved)
{
    open();
    Account account;
    account.name = "li";
    account.display_name = "\xe6\x9d\x8e";
    account.role = "guard";
    account.lanes = {"east-in", "east-out"};
    account.password = "$argon2id$";
    account.must_change = true;
    account.created = account.changed = clock.wall();
    ApiToken token;
    token.id = "T1";
    token.name = "charts";
    token.sha256 = std::string(64, 'a');
    token.permissions = {"metrics.read"};
    token.created_by = "li";
    token.created = clock.wall();
    token.expires = clock.wall() + std::chrono::hours(24);
    Account other;
    other.name = "wang";
    ApiToken second;
    second.id = "T2";
    Change change;
    change.accounts = {account, other};
    change.tokens = {token, second};
    ASSERT_TRUE(run(store->commit(std::move(change))));
    account.last_login = clock.wall();
    token.last_used = clock.wall();
    Change later;
    later.accounts = {account};
    later.accounts_removed = {"wang"};
    later.tokens = {token};
    later.tokens_removed = {"T2"};
    ASSERT_TRUE(run(store->commit(std::move(later))));
    close();
    open();
    EXPECT_EQ(*run(store->accounts()), std::vector<Account>{account});
    EXPECT_EQ(*run(store->tokens()), std::vector<ApiToken>{token});
}

TEST_F(Commit, KeepsTheNewestVersionsOfEachListAndNumbersThem)
{
    open();
    for (int round = 1; round <= list_versions_kept + 2; ++round) {
        Change change;
        ListVersion version;
        version.list = "resident";
        version.actor = "li";
        version.at = clock.wall();
        version.csv = "round " + std::to_string(round);
        change.versions.push_back(version);
        version.list = "visitor";
        if (round == 1) change.versions.push_back(version);
        ASSERT_TRUE(run(store->commit(std::move(change))));
    }
    const auto versions = *run(store->list_versions());
    ASSERT_EQ(versions.size(), static_cast<std::size_t>(list_versions_kept + 1));
    EXPECT_EQ(versions.front().number, list_versions_kept + 2);
    EXPECT_EQ(versions.front().csv, "");
    EXPECT_EQ(versions.back().list, "visitor");
    EXPECT_EQ(run(store->list_version(Credential::Type::plate, "resident", 3))->value().csv, "round 3");
    EXPECT_FALSE(run(store->list_version(Credential::Type::plate, "resident", 2))->has_value());
}

TEST_F(Commit, ReplacesAlertsCommandsAndListsAndNeverMovesACursorBack)
{
    open();
    for (int round = 0; round < 2; ++round) {
        Change change;
        model::Alert alert;
        alert.id = "A1";
        alert.state = round == 0 ? model::Alert::State::raised : model::Alert::State::closed;
        change.alerts.push_back(alert);
        CommandRecord record;
        record.command.id = "C1";
        if (round == 1)
            record.outcome = model::Outcome{.status = model::Status::confirmed,
                                            .code = "",
                                            .text = "open",
                                            .took_ms = 90,
                                            .at = clock.wall()};
        change.commands.push_back(record);
        change.cursors.push_back(
            {.reader = "rules", .priority = model::Priority::event, .seq = round == 0 ? 9 : 4});
        change.lists.push_back({.type = Credential::Type::plate,
                                .list = "resident",
                                .credentials = {plate("P" + std::to_string(round))}});
        ASSERT_TRUE(run(store->commit(std::move(change))));
    }
    EXPECT_TRUE(run(store->alerts(AlertFilter{}))->empty());
    EXPECT_TRUE(run(store->open_commands())->empty());
    const auto recent = *run(store->recent_commands(10));
    ASSERT_EQ(recent.size(), 1U);
    EXPECT_EQ(recent[0].outcome->took_ms, 90);
    EXPECT_EQ(run(store->cursors())->at(0).seq, 9);
    EXPECT_EQ(run(store->credentials())->at(0).value, "P1");
}

TEST_F(Commit, TellsAReaderHowMuchIsWaiting)
{
    open();
    put({event("a"), alarm("b"), event("c")});
    Change change;
    change.cursors.push_back({.reader = "rules", .priority = model::Priority::event, .seq = 1});
    ASSERT_TRUE(run(store->commit(std::move(change))));
    const auto waiting = run(store->backlog("rules"));
    ASSERT_TRUE(waiting);
    EXPECT_EQ(waiting->entries, 1);
    EXPECT_EQ(waiting->alerts, 1);
    EXPECT_EQ(waiting->oldest, clock.wall());
}

class Pictures : public Commit {
protected:
    model::Event with_picture(const std::string& key, const std::string& bytes)
    {
        auto made = event(key);
        made.pictures.push_back(model::Picture{
            .kind = "scene", .bytes = std::make_shared<const std::string>(bytes), .sha256 = "", .size = 0});
        return made;
    }
    std::uintmax_t bytes_on_disk()
    {
        std::uintmax_t bytes = 0;
        for (const auto& file : std::filesystem::directory_iterator(options.directory / "media"))
            bytes += file.file_size();
        return bytes;
    }
};

TEST_F(Pictures, ComeBackByTheirHash)
{
    open();
    const std::string bytes(50'000, 'p');
    const auto done = put({with_picture("a", bytes)});
    ASSERT_TRUE(done);
    const auto& entry = *done->at(0).entry;
    ASSERT_EQ(entry.event.pictures.size(), 1U);
    EXPECT_EQ(entry.event.pictures[0].bytes, nullptr);
    EXPECT_EQ(entry.event.pictures[0].size, 50'000U);
    EXPECT_NE(entry.data.find(entry.event.pictures[0].sha256), std::string::npos);
    const auto hash = entry.event.pictures[0].sha256;
    EXPECT_EQ(*run(store->picture(hash)), bytes);
    close();
    open();
    EXPECT_EQ(*run(store->picture(hash)), bytes);
    EXPECT_EQ(read(0)[0]->event.pictures.at(0).sha256, hash);
    EXPECT_EQ(run(store->picture(std::string(64, '0'))).error(), base::Errc::not_found);
}

TEST_F(Pictures, AreKeptOnceHoweverOftenTheyCome)
{
    open();
    const std::string bytes(10'000, 'q');
    put({with_picture("a", bytes)});
    put({with_picture("b", bytes), with_picture("a", bytes)});
    EXPECT_EQ(bytes_on_disk(), 10'000U);
}

TEST_F(Pictures, LeadToTheNewestEntryThatShowsThem)
{
    open();
    const auto first = put({with_picture("a", "one"), with_picture("b", "other")});
    const auto second = put({with_picture("c", "one")});
    EventFilter filter;
    filter.picture = first->at(0).entry->event.pictures[0].sha256;
    const auto found = run(store->events(filter));
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front()->seq, second->at(0).seq);
    filter.picture = std::string(64, '0');
    EXPECT_TRUE(run(store->events(filter))->empty());
}

TEST_F(Pictures, AreReportedDamagedAndNeverShownWrong)
{
    open();
    const auto done = put({with_picture("a", std::string(1000, 'r'))});
    for (const auto& file : std::filesystem::directory_iterator(options.directory / "media")) {
        std::fstream out(file.path(), std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(500);
        out.put('x');
    }
    EXPECT_EQ(run(store->picture(done->at(0).entry->event.pictures[0].sha256)).error(), base::Errc::damaged);
}

TEST_F(Pictures, AreNotDisturbedByBytesThatACrashLeftBehind)
{
    open();
    const auto first = put({with_picture("a", "first picture")});
    close();
    for (const auto& file : std::filesystem::directory_iterator(options.directory / "media"))
        std::ofstream(file.path(), std::ios::app | std::ios::binary) << "half a pict";
    open();
    const auto second = put({with_picture("b", "second picture")});
    EXPECT_EQ(*run(store->picture(first->at(0).entry->event.pictures[0].sha256)), "first picture");
    EXPECT_EQ(*run(store->picture(second->at(0).entry->event.pictures[0].sha256)), "second picture");
}

TEST_F(Commit, KeepsASecondGatewayOut)
{
    open();
    try {
        const auto second = open_store(io.get_executor(), clock, metrics, options, {});
        FAIL() << "two gateways in one folder";
    } catch (const std::runtime_error& failure) {
        EXPECT_NE(std::string(failure.what()).find(options.directory.string()), std::string::npos);
    }
}

} // namespace
} // namespace gatehouse::store
