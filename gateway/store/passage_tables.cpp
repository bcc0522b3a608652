#include "gateway/store/passage_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::store {
namespace {

constexpr int passage_schema = 1;
// passage_plate and passage_person keep plates and persons apart within a day only: over all days, each
// passage would cost a page of the disk of its own. A plate is looked for day by day.
constexpr std::string_view passage_schema_sql = R"(
CREATE TABLE passage (
    at_ms INTEGER NOT NULL, seq INTEGER NOT NULL, vehicle INTEGER NOT NULL, direction INTEGER NOT NULL,
    let_in INTEGER NOT NULL, passed INTEGER NOT NULL, lane TEXT NOT NULL, plate TEXT NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (at_ms, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX passage_lane ON passage (lane, at_ms, seq);
CREATE INDEX passage_plate ON passage (at_ms / 86400000, plate, at_ms, seq) WHERE plate <> '';
CREATE INDEX passage_person ON passage (at_ms / 86400000, person, at_ms, seq) WHERE person <> '';
CREATE INDEX passage_denied ON passage (at_ms, seq) WHERE let_in = 0;
CREATE TABLE plate (text TEXT PRIMARY KEY, seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE traffic (
    hour INTEGER NOT NULL, lane TEXT NOT NULL, vehicle INTEGER NOT NULL, came INTEGER NOT NULL, went INTEGER NOT NULL,
    other INTEGER NOT NULL, denied INTEGER NOT NULL, PRIMARY KEY (hour, lane, vehicle)) STRICT, WITHOUT ROWID;
CREATE TABLE position (seq INTEGER NOT NULL, id TEXT NOT NULL) STRICT;
INSERT INTO position VALUES (0, '');
)";
constexpr std::string_view passage_columns =
    "at_ms, seq, vehicle, direction, let_in, passed, lane, plate, person";

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t hour_ms = 3'600'000;
// More plates than this are not asked for one by one: some of the next rows are among them.
constexpr std::size_t keys_max = 256;
// Rows and day's plates that one page looks at: a tenth of a second.
constexpr std::size_t looks_max = 20'000;
constexpr int forget_rows = 5000;

std::int64_t ms_of(base::WallTime time)
{
    return time.time_since_epoch().count();
}

DatabasePtr open_tables(const std::filesystem::path& file)
{
    auto database = std::make_unique<SQLite::Database>(
        file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_timeout_ms);
    database->exec("PRAGMA journal_mode = WAL");
    // What a power cut takes is read from the journal again.
    database->exec("PRAGMA synchronous = NORMAL");
    database->exec("PRAGMA cache_size = -1024"); // more makes nothing faster
    const auto version = read_number(*database, "PRAGMA user_version");
    if (version == passage_schema) return database;
    if (version != 0) throw SQLite::Exception("written by another version", SQLITE_NOTADB);
    WriteTransaction transaction(*database);
    database->exec(std::string(passage_schema_sql));
    database->exec(fmt::format("PRAGMA user_version = {}", passage_schema));
    transaction.commit();
    return database;
}

PassagePlace passage_place_of(const SQLite::Statement& row)
{
    return {.at = sql::time(row, 0), .seq = sql::number(row, 1)};
}

PassageRow passage_row_of(const SQLite::Statement& row)
{
    return {.place = passage_place_of(row),
            .vehicle = sql::number(row, 2) != 0,
            .direction = static_cast<model::Direction>(sql::number(row, 3)),
            .let_in = sql::number(row, 4) != 0,
            .passed = sql::number(row, 5) != 0,
            .lane = sql::text(row, 6),
            .plate = sql::text(row, 7),
            .person = sql::text(row, 8)};
}

// What no index has narrowed down.
bool is_wanted(const PassageRow& row, const PassageQuery& query)
{
    return (query.lane.empty() || row.lane == query.lane) &&
           (!query.vehicle || row.vehicle == *query.vehicle) &&
           (!query.let_in || row.let_in == *query.let_in) &&
           (query.person.empty() || row.person == query.person);
}

} // namespace

PassageTables::PassageTables(const std::filesystem::path& file, std::chrono::minutes utc_offset)
    : utc_offset_(utc_offset), database_(open_tables(file)),
      insert_(*database_, fmt::format("INSERT INTO passage ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                      "ON CONFLICT DO NOTHING",
                                      passage_columns)),
      find_(*database_, fmt::format("SELECT {} FROM passage WHERE at_ms = ? AND seq = ?", passage_columns)),
      // Once a day: a page of the disk for each time would be too much.
      see_plate_(*database_,
                 fmt::format("INSERT INTO plate (text, seen_ms) VALUES (?, ?) ON CONFLICT DO UPDATE "
                             "SET seen_ms = excluded.seen_ms WHERE excluded.seen_ms >= seen_ms + {}",
                             day_ms))
{
}

PassagePosition PassageTables::position()
{
    SQLite::Statement row(*database_, "SELECT seq, id FROM position");
    if (!row.executeStep()) return {};
    return {.seq = sql::number(row, 0), .id = sql::text(row, 1)};
}

void PassageTables::clear()
{
    WriteTransaction transaction(*database_);
    for (const auto* table : {"passage", "plate", "traffic"})
        database_->exec(fmt::format("DELETE FROM {}", table));
    database_->exec("UPDATE position SET seq = 0, id = ''");
    transaction.commit();
}

void PassageTables::apply(const PassageBatch& batch)
{
    WriteTransaction transaction(*database_);
    Deltas deltas;
    for (const auto& change : batch.changes)
        std::visit([&](const auto& one) { put(one, deltas); }, change);
    add_traffic(deltas);
    SQLite::Statement move(*database_, "UPDATE position SET seq = ?, id = ?");
    sql::bind_all(move, batch.read_upto.seq, batch.read_upto.id);
    move.exec();
    transaction.commit();
}

void PassageTables::put(const PassageRow& row, Deltas& deltas)
{
    {
        Reset guard{insert_};
        sql::bind_all(insert_, row.place.at, row.place.seq, row.vehicle, static_cast<int>(row.direction),
                      row.let_in, row.passed, row.lane, row.plate, row.person);
        if (insert_.exec() == 0) return; // it is there
    }
    tally(row, 1, deltas);
    if (row.plate.empty()) return;
    Reset guard{see_plate_};
    sql::bind_all(see_plate_, row.plate, row.place.at);
    see_plate_.exec();
}

void PassageTables::put(const PassageMerge& merge, Deltas& deltas)
{
    SQLite::Statement drop(*database_, "DELETE FROM passage WHERE at_ms = ? AND seq = ?");
    for (const auto& place : merge.dropped) {
        const auto row = find(place);
        if (!row) continue;
        tally(*row, -1, deltas);
        Reset guard{drop};
        sql::bind_all(drop, place.at, place.seq);
        drop.exec();
    }
    auto row = find(merge.kept);
    if (!row || row->passed == merge.passed) return;
    tally(*row, -1, deltas);
    row->passed = merge.passed;
    tally(*row, 1, deltas);
    SQLite::Statement change(*database_, "UPDATE passage SET passed = ? WHERE at_ms = ? AND seq = ?");
    sql::bind_all(change, merge.passed, merge.kept.at, merge.kept.seq);
    change.exec();
}

std::optional<PassageRow> PassageTables::find(const PassagePlace& place)
{
    Reset guard{find_};
    sql::bind_all(find_, place.at, place.seq);
    if (!find_.executeStep()) return std::nullopt;
    return passage_row_of(find_);
}

// Who was let in and turned back went nowhere.
void PassageTables::tally(const PassageRow& row, std::int64_t sign, Deltas& deltas) const
{
    if (!row.passed && row.let_in) return;
    auto way = denied;
    if (row.passed)
        way = row.direction == model::Direction::in    ? in
              : row.direction == model::Direction::out ? out
                                                       : other;
    const auto hour = (ms_of(row.place.at) + utc_offset_.count()) / hour_ms;
    deltas[{hour, row.lane, row.vehicle}].at(way) += sign;
}

void PassageTables::add_traffic(const Deltas& deltas)
{
    SQLite::Statement add(*database_,
                          "INSERT INTO traffic VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                          "came = came + excluded.came, went = went + excluded.went, "
                          "other = other + excluded.other, denied = denied + excluded.denied");
    for (const auto& [key, delta] : deltas) {
        const auto& [hour, lane, vehicle] = key;
        Reset guard{add};
        sql::bind_all(add, hour, lane, vehicle, delta[in], delta[out], delta[other], delta[denied]);
        add.exec();
    }
}

PassagePage PassageTables::select(const PassageQuery& query)
{
    if (query.plate) {
        const auto wanted = plates(query.plate);
        if (wanted.empty()) return {};
        return wanted.size() <= keys_max ? select_keys(query, "plate", wanted) : select_rows(query, &wanted);
    }
    if (!query.person.empty()) return select_keys(query, "person", {query.person});
    return select_rows(query, nullptr);
}

PassageTables::Keys PassageTables::plates(const std::function<bool(std::string_view)>& wanted)
{
    SQLite::Statement every(*database_, "SELECT text FROM plate");
    Keys found;
    while (every.executeStep()) {
        const auto column = every.getColumn(0);
        const std::string_view text(column.getText(), static_cast<std::size_t>(column.getBytes()));
        if (wanted(text)) found.emplace(text);
    }
    return found;
}

// What is before the first place and not before the second can be meant.
std::pair<PassagePlace, PassagePlace> PassageTables::span_of(const PassageQuery& query)
{
    // Each by itself is a step in the index, both in one question are a walk through the table.
    SQLite::Statement ends(*database_,
                           "SELECT (SELECT min(at_ms) FROM passage), (SELECT max(at_ms) FROM passage)");
    PassagePlace upper;
    PassagePlace lower;
    if (ends.executeStep()) {
        lower.at = sql::time(ends, 0);
        upper.at = sql::time(ends, 1) + std::chrono::milliseconds(1);
    }
    lower.at = std::max(lower.at, query.from);
    if (query.to != base::WallTime{}) upper = std::min(upper, PassagePlace{.at = query.to, .seq = 0});
    if (query.before) upper = std::min(upper, *query.before);
    return {upper, lower};
}

// Day by day from the newest, each key on its own.
PassagePage PassageTables::select_keys(const PassageQuery& query, std::string_view column, const Keys& keys)
{
    SQLite::Statement of_day(
        *database_,
        fmt::format("SELECT {0} FROM passage INDEXED BY passage_{1} WHERE at_ms / 86400000 = ? AND {1} = ? "
                    "AND {1} <> '' AND at_ms >= ? AND (at_ms, seq) < (?, ?) ORDER BY at_ms DESC, seq DESC",
                    passage_columns, column));
    const auto [upper, lower] = span_of(query);
    PassagePage page;
    std::size_t looks = 0;
    for (auto day = ms_of(upper.at) / day_ms; day >= ms_of(lower.at) / day_ms && upper > lower; --day) {
        std::vector<FoundPassage> found;
        for (const auto& key : keys) {
            Reset guard{of_day};
            sql::bind_all(of_day, day, key, lower.at, upper.at, upper.seq);
            std::size_t taken = 0;
            for (++looks; taken <= query.limit && of_day.executeStep(); ++looks) {
                const auto row = passage_row_of(of_day);
                if (!is_wanted(row, query)) continue;
                found.push_back({row.place, row.passed});
                ++taken;
            }
        }
        std::sort(found.begin(), found.end(),
                  [](const auto& one, const auto& two) { return one.place > two.place; });
        page.found.insert(page.found.end(), found.begin(), found.end());
        if (page.found.size() > query.limit) break;
        if (looks < looks_max) continue;
        page.next = PassagePlace{.at = base::WallTime(std::chrono::milliseconds(day * day_ms)), .seq = 0};
        return page;
    }
    if (page.found.size() > query.limit) {
        page.found.resize(query.limit);
        page.next = page.found.back().place;
    }
    return page;
}

// The newest rows one after the other, by the index that narrows them most. `plates`: of these alone.
PassagePage PassageTables::select_rows(const PassageQuery& query, const Keys* plates)
{
    std::string_view by = "NOT INDEXED WHERE 1";
    if (!query.lane.empty())
        by = "INDEXED BY passage_lane WHERE lane = ?4";
    else if (query.let_in && !*query.let_in)
        by = "INDEXED BY passage_denied WHERE let_in = 0";
    SQLite::Statement newest(
        *database_, fmt::format("SELECT {} FROM passage {} AND at_ms >= ?1 AND (at_ms, seq) < (?2, ?3) "
                                "ORDER BY at_ms DESC, seq DESC",
                                passage_columns, by));
    const auto [upper, lower] = span_of(query);
    sql::bind_all(newest, lower.at, upper.at, upper.seq);
    if (!query.lane.empty()) sql::bind(newest, 4, query.lane);
    PassagePage page;
    for (std::size_t looks = 0; newest.executeStep(); ++looks) {
        const auto row = passage_row_of(newest);
        if (looks == looks_max) {
            page.next = row.place;
            ++page.next->seq; // this one is still to be looked at
            return page;
        }
        if (!is_wanted(row, query) || (plates != nullptr && !plates->contains(row.plate))) continue;
        if (page.found.size() == query.limit) {
            page.next = page.found.back().place;
            return page;
        }
        page.found.push_back({row.place, row.passed});
    }
    return page;
}

std::vector<TrafficRow> PassageTables::traffic(base::WallTime from, base::WallTime to)
{
    SQLite::Statement rows(*database_, "SELECT hour, lane, vehicle, came, went, other, denied FROM traffic "
                                       "WHERE hour >= ? AND hour < ? ORDER BY hour, lane, vehicle");
    const auto hour_of = [this](base::WallTime time) {
        return (ms_of(time) + utc_offset_.count() + hour_ms - 1) / hour_ms;
    };
    sql::bind_all(rows, hour_of(from), hour_of(to));
    std::vector<TrafficRow> found;
    while (rows.executeStep())
        found.push_back(
            {.from = base::WallTime(std::chrono::milliseconds(sql::number(rows, 0) * hour_ms)) - utc_offset_,
             .lane = sql::text(rows, 1),
             .vehicle = sql::number(rows, 2) != 0,
             .in = sql::number(rows, 3),
             .out = sql::number(rows, 4),
             .other = sql::number(rows, 5),
             .denied = sql::number(rows, 6)});
    return found;
}

PassageCounts PassageTables::count(base::WallTime from, base::WallTime to)
{
    SQLite::Statement sums(*database_, "SELECT coalesce(sum(vehicle AND passed), 0), "
                                       "coalesce(sum(NOT vehicle AND passed), 0), "
                                       "coalesce(sum(NOT passed AND NOT let_in), 0) FROM passage "
                                       "WHERE at_ms >= ? AND at_ms < ?");
    sql::bind_all(sums, from, to);
    if (!sums.executeStep()) return {};
    return {
        .vehicles = sql::number(sums, 0), .persons = sql::number(sums, 1), .denied = sql::number(sums, 2)};
}

bool PassageTables::forget(const PassageCutoffs& cutoffs)
{
    WriteTransaction transaction(*database_);
    SQLite::Statement passages(
        *database_, fmt::format("DELETE FROM passage WHERE (at_ms, seq) IN (SELECT at_ms, seq FROM passage "
                                "WHERE at_ms < ? AND seq < ? ORDER BY at_ms LIMIT {})",
                                forget_rows));
    sql::bind_all(passages, cutoffs.passages.at, cutoffs.passages.seq);
    const bool more = passages.exec() == forget_rows;
    // Seen again up to a day later: that is not noted.
    SQLite::Statement plates(*database_, "DELETE FROM plate WHERE seen_ms < ?");
    sql::bind(plates, 1, cutoffs.passages.at - std::chrono::days(1));
    plates.exec();
    SQLite::Statement hours(*database_, "DELETE FROM traffic WHERE hour < ?");
    sql::bind(hours, 1, (ms_of(cutoffs.traffic) + utc_offset_.count()) / hour_ms);
    hours.exec();
    transaction.commit();
    return more;
}

} // namespace gatehouse::store
