#include "gateway/store/migrations.hpp"

#include "gateway/store/audit_repository.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace gatehouse::store {
namespace {

// keep: 0 records_days, 1 alerts_days. journal_device and journal_type serve EventFilter. An index that keeps
// devices apart over the whole journal would cost a page of the disk for every device in a batch; this one
// keeps them apart only inside a stretch of 2048 entries (JournalRepository::select_device), so it grows at
// its end.
constexpr std::string_view first = R"(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, device TEXT NOT NULL, device_key TEXT NOT NULL,
    device_record TEXT NOT NULL, type TEXT NOT NULL, priority INTEGER NOT NULL, keep INTEGER NOT NULL,
    lane TEXT NOT NULL, direction INTEGER NOT NULL, occurred_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL,
    device_ms INTEGER, time_trusted INTEGER NOT NULL, clock_quality INTEGER NOT NULL, history INTEGER NOT NULL,
    boot_id TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (device_key, device)) STRICT;
CREATE INDEX journal_id ON journal (id);
CREATE INDEX journal_device ON journal (seq >> 11, device);
CREATE INDEX journal_type ON journal (type, seq);
CREATE INDEX journal_alert ON journal (seq) WHERE priority = 0;
CREATE TABLE cursor (reader TEXT NOT NULL CHECK (reader <> ''), priority INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (reader, priority)) STRICT;
CREATE TABLE dead_letter (reader TEXT NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY (reader, seq)) STRICT;
CREATE TABLE command (
    id TEXT PRIMARY KEY CHECK (id <> ''), origin TEXT NOT NULL, action TEXT NOT NULL, device TEXT NOT NULL, output INTEGER NOT NULL,
    lane TEXT NOT NULL, operator TEXT NOT NULL, reason TEXT NOT NULL, issued_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL, args TEXT NOT NULL, status TEXT, code TEXT, text TEXT, took_ms INTEGER,
    done_ms INTEGER) STRICT;
CREATE INDEX command_open ON command (issued_ms) WHERE status IS NULL;
CREATE INDEX command_done ON command (done_ms) WHERE status IS NOT NULL;
CREATE TABLE alert (
    id TEXT PRIMARY KEY CHECK (id <> ''), kind TEXT NOT NULL, device TEXT NOT NULL, lane TEXT NOT NULL, severity INTEGER NOT NULL,
    state INTEGER NOT NULL, count INTEGER NOT NULL, text TEXT NOT NULL, evidence TEXT NOT NULL,
    raised_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, due_ack_ms INTEGER NOT NULL,
    due_clear_ms INTEGER NOT NULL, actor TEXT NOT NULL, result TEXT NOT NULL, note TEXT NOT NULL) STRICT;
CREATE INDEX alert_state ON alert (state, changed_ms);
CREATE INDEX alert_raised ON alert (raised_ms);
CREATE TABLE credential (
    type INTEGER NOT NULL, value TEXT NOT NULL, list TEXT NOT NULL, name TEXT NOT NULL, from_ms INTEGER, to_ms INTEGER,
    lanes TEXT NOT NULL, note TEXT NOT NULL) STRICT;
CREATE INDEX credential_list ON credential (type, list);
CREATE TABLE device (device TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (device, key)) STRICT;
CREATE TABLE audit (at_ms INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
    detail TEXT NOT NULL, result TEXT NOT NULL) STRICT;
CREATE INDEX audit_at ON audit (at_ms);
CREATE TABLE media (
    sha256 TEXT PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    kind TEXT NOT NULL, event_id TEXT NOT NULL, seq INTEGER NOT NULL, received_ms INTEGER NOT NULL) STRICT;
CREATE INDEX media_received ON media (received_ms);
CREATE INDEX media_segment ON media (segment);
)";

// What has become of each alert, who keeps what quiet, and what shifts tell each other. An alert from before
// has made one step that nobody has written down. The words of alert_open are those of alert_states.hpp.
constexpr std::string_view alert_life = R"(
ALTER TABLE alert ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN steps INTEGER NOT NULL DEFAULT 1;
ALTER TABLE alert ADD COLUMN acknowledged_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN assigned TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN order_number TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN lasts INTEGER NOT NULL DEFAULT 1;
CREATE INDEX alert_open ON alert (raised_ms, id) WHERE state NOT IN (3, 4, 6);
CREATE TABLE alert_step (
    alert TEXT NOT NULL, seq INTEGER NOT NULL, from_state INTEGER, to_state INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL, role TEXT NOT NULL, channel TEXT NOT NULL, note TEXT NOT NULL, result TEXT NOT NULL,
    PRIMARY KEY (alert, seq)) STRICT;
CREATE INDEX alert_step_at ON alert_step (at_ms);
CREATE TABLE silence (
    id TEXT PRIMARY KEY CHECK (id <> ''), kind TEXT NOT NULL, device TEXT NOT NULL, lane TEXT NOT NULL, author TEXT NOT NULL,
    reason TEXT NOT NULL, from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL) STRICT;
CREATE INDEX silence_until ON silence (until_ms);
CREATE TABLE handover (
    id TEXT PRIMARY KEY CHECK (id <> ''), at_ms INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL,
    open_alerts INTEGER NOT NULL) STRICT;
CREATE INDEX handover_at ON handover (at_ms);
)";

// The audit becomes a chain (gateway/audit/chain.hpp); what was there is chained once, begin_chain() says so.
constexpr std::string_view audit_chain = R"(
DROP INDEX audit_at;
ALTER TABLE audit RENAME TO audit_unchained;
CREATE TABLE audit (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    target TEXT NOT NULL, detail TEXT NOT NULL, result TEXT NOT NULL, prev TEXT NOT NULL DEFAULT '',
    hash TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO audit (at_ms, actor, action, target, detail, result)
    SELECT at_ms, actor, action, target, detail, result FROM audit_unchained ORDER BY rowid;
DROP TABLE audit_unchained;
)";

// Groups of list entries, and what a list that keeps out says to the guard.
constexpr std::string_view groups = R"(
ALTER TABLE credential ADD COLUMN group_name TEXT NOT NULL DEFAULT '';
ALTER TABLE credential ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE credential ADD COLUMN instruction TEXT NOT NULL DEFAULT '';
)";

// Visitors with a number of entries, and the records that have used one. Times are those of the record.
constexpr std::string_view visits = R"(
ALTER TABLE credential ADD COLUMN entries INTEGER;
CREATE TABLE entry_use (
    device TEXT NOT NULL, device_key TEXT NOT NULL, type INTEGER NOT NULL, value TEXT NOT NULL, list TEXT NOT NULL,
    lane TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (device, device_key)) STRICT;
)";

// What each list has said before, so that an import can be undone.
constexpr std::string_view versions = R"(
CREATE TABLE list_version (
    type INTEGER NOT NULL, list TEXT NOT NULL, number INTEGER NOT NULL, at_ms INTEGER NOT NULL, actor TEXT NOT NULL,
    restored INTEGER NOT NULL, entries INTEGER NOT NULL, csv TEXT NOT NULL, PRIMARY KEY (type, list, number)) STRICT;
)";

// What persons have agreed to, and which terminals may hold whose face.
constexpr std::string_view consents = R"(
CREATE TABLE consent (
    person TEXT NOT NULL, purpose TEXT NOT NULL, given_ms INTEGER NOT NULL, text_version TEXT NOT NULL,
    method TEXT NOT NULL, under_14 INTEGER NOT NULL, guardian TEXT NOT NULL, withdrawn_ms INTEGER,
    PRIMARY KEY (person, purpose, given_ms)) STRICT;
CREATE TABLE face (device TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (device, person)) STRICT;
)";

// Who may use the API. Without NOT NULL: the schema must stay in page 1 (README.md), and a null reads as
// empty.
constexpr std::string_view accounts = R"(
CREATE TABLE account (
    name TEXT PRIMARY KEY, display_name TEXT, role TEXT, lanes TEXT, password TEXT, must_change INTEGER,
    disabled INTEGER, created_ms INTEGER, changed_ms INTEGER, login_ms INTEGER) STRICT;
CREATE TABLE api_token (
    id TEXT PRIMARY KEY, name TEXT, sha256 TEXT, permissions TEXT, created_by TEXT, created_ms INTEGER,
    expires_ms INTEGER, used_ms INTEGER) STRICT;
)";

constexpr std::array<Migration, 8> steps_known{{
    {.number = 1, .sql = first},
    {.number = 2, .sql = alert_life},
    {.number = 3, .sql = audit_chain, .then = begin_chain},
    {.number = 4, .sql = groups},
    {.number = 5, .sql = visits},
    {.number = 6, .sql = versions},
    {.number = 7, .sql = consents},
    {.number = 8, .sql = accounts},
}};

void copy_before(SQLite::Database& database, const std::filesystem::path& file, int version)
{
    const auto copy = fmt::format("{}.before-{}", file.string(), version + 1);
    std::filesystem::remove(copy);
    database.backup(copy.c_str(), SQLite::Database::Save);
}

} // namespace

std::span<const Migration> migrations()
{
    return steps_known;
}

int schema_version()
{
    return steps_known.back().number;
}

int schema_version_of(SQLite::Database& database)
{
    return static_cast<int>(read_number(database, "PRAGMA user_version"));
}

void migrate(SQLite::Database& database, const std::filesystem::path& file, std::span<const Migration> steps)
{
    const int version = schema_version_of(database);
    if (version > steps.back().number)
        throw std::runtime_error(
            fmt::format("{} was written by a newer gateway (schema {}, this one knows {})", file.string(),
                        version, steps.back().number));
    if (version > 0 && version < steps.back().number) copy_before(database, file, version);
    for (const auto& step : steps) {
        if (step.number <= version) continue;
        WriteTransaction transaction(database);
        database.exec(std::string(step.sql));
        if (step.then != nullptr) step.then(database);
        // Kept twice: a damaged header must not look like an older or newer schema.
        database.exec(
            fmt::format("INSERT OR REPLACE INTO meta (key, value) VALUES ('schema', '{}')", step.number));
        database.exec(fmt::format("PRAGMA user_version = {}", step.number));
        transaction.commit();
    }
}

} // namespace gatehouse::store
