#include "gateway/store/journal_repository.hpp"

#include "gateway/model/envelope.hpp"
#include "gateway/store/legible.hpp"
#include "gateway/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace gatehouse::store {
namespace {

constexpr std::string_view columns =
    "seq, id, device, device_key, device_record, type, priority, lane, direction, occurred_ms, "
    "received_ms, device_ms, time_trusted, clock_quality, history, boot_id, data";
constexpr std::int64_t count_exactly_max = 10'000;
constexpr std::size_t numbers_max = 1000; // of entries, in one answer
// The index journal_device, one stretch of it at a time. Bound: stretch, device, after, before.
constexpr std::string_view of_device =
    "INDEXED BY journal_device WHERE seq >> 11 = ?1 AND device = ?2 AND seq > ?3 AND seq < ?4";
constexpr int stretch_bits = 11;

std::string select_sql(std::string_view rest)
{
    return fmt::format("SELECT {} FROM journal {}", columns, rest);
}

template <class Enum>
Enum bounded(std::int64_t value, Enum last)
{
    return value < 0 || value > static_cast<std::int64_t>(last) ? Enum{} : static_cast<Enum>(value);
}

// The body comes from the data; everything that has a column comes from its column.
model::EntryPtr entry_of(const SQLite::Statement& row, EntryPage& page)
{
    auto entry = std::make_shared<model::Entry>();
    entry->type = sql::text(row, 5);
    entry->data = sql::text(row, 16);
    auto read = model::event_from_data(entry->type, entry->data);
    const auto how = read ? Mended::nothing : mend_document(entry->data);
    if (how == Mended::letters) read = model::event_from_data(entry->type, entry->data);
    if (read)
        entry->event = std::move(*read);
    else
        entry->event.body = model::SystemNotice{.what = "unreadable", .ok = false, .detail = entry->type};
    auto& event = entry->event;
    entry->seq = sql::number(row, 0);
    event.id = sql::text(row, 1);
    event.device = sql::text(row, 2);
    event.device_key = sql::text(row, 3);
    if (event.device_key == event.id) event.device_key.clear();
    event.device_record = sql::text(row, 4);
    entry->priority = bounded(sql::number(row, 6), model::Priority::event);
    event.lane = sql::text(row, 7);
    event.direction = bounded(sql::number(row, 8), model::Direction::out);
    event.occurred_at = sql::time(row, 9);
    event.received_at = sql::time(row, 10);
    event.device_time = sql::optional_time(row, 11);
    event.time_trusted = sql::number(row, 12) != 0;
    event.clock_quality = bounded(sql::number(row, 13), model::ClockQuality::device);
    event.history = sql::number(row, 14) != 0;
    entry->boot_id = sql::text(row, 15);
    bool mended = how != Mended::nothing;
    for (auto* name : {&entry->type, &event.id, &event.device, &event.lane, &entry->boot_id})
        mended = mend_name(*name) || mended;
    if (!read) ++page.without_body;
    if (mended) ++page.mended;
    return entry;
}

} // namespace

void EntryPage::append(EntryPage more)
{
    std::move(more.entries.begin(), more.entries.end(), std::back_inserter(entries));
    without_body += more.without_body;
    mended += more.mended;
}

int keep_class(const model::Entry& entry)
{
    const bool long_kept = entry.priority == model::Priority::alert ||
                           std::holds_alternative<model::CommandDone>(entry.event.body) ||
                           std::holds_alternative<model::AlertChanged>(entry.event.body) ||
                           std::holds_alternative<model::Gap>(entry.event.body);
    return long_kept ? 1 : 0;
}

const std::string& unique_key(const model::Event& event)
{
    return event.device_key.empty() ? event.id : event.device_key;
}

JournalRepository::JournalRepository(SQLite::Database& database)
    : database_(database),
      insert_(database,
              "INSERT INTO journal (seq, id, device, device_key, device_record, type, priority, keep, lane, "
              "direction, "
              "occurred_ms, received_ms, device_ms, time_trusted, clock_quality, history, boot_id, data) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
              "ON CONFLICT (device, device_key) DO NOTHING"),
      find_(database, "SELECT seq FROM journal WHERE device = ? AND device_key = ?"),
      after_events_(database, select_sql("WHERE seq > ? AND priority <> 0 ORDER BY seq LIMIT ?")),
      after_alerts_(database, select_sql("WHERE seq > ? AND priority = 0 ORDER BY seq LIMIT ?"))
{
}

bool JournalRepository::append(const model::Entry& entry)
{
    Reset guard{insert_};
    const auto& event = entry.event;
    sql::bind_all(insert_, entry.seq, event.id, event.device, unique_key(event), event.device_record,
                  entry.type, static_cast<int>(entry.priority), keep_class(entry), event.lane,
                  static_cast<int>(event.direction), event.occurred_at, event.received_at, event.device_time,
                  event.time_trusted, static_cast<int>(event.clock_quality), event.history, entry.boot_id,
                  entry.data);
    insert_.executeStep();
    return sqlite3_changes(database_.getHandle()) > 0;
}

std::optional<std::int64_t> JournalRepository::find(const model::Event& event)
{
    Reset guard{find_};
    sql::bind_all(find_, event.device, unique_key(event));
    if (!find_.executeStep()) return std::nullopt;
    return sql::number(find_, 0);
}

EntryPage JournalRepository::collect(SQLite::Statement& statement)
{
    EntryPage page;
    while (statement.executeStep())
        page.entries.push_back(entry_of(statement, page));
    return page;
}

EntryPage JournalRepository::read_after(std::int64_t after, model::Priority priority, std::int64_t limit)
{
    auto& statement = priority == model::Priority::alert ? after_alerts_ : after_events_;
    auto page = collect_readable(statement, after, limit);
    return page.damaged && page.entries.empty() ? read_past_damage(after, priority, limit) : page;
}

EntryPage JournalRepository::collect_readable(SQLite::Statement& statement, std::int64_t after,
                                              std::int64_t limit)
{
    EntryPage page;
    Reset guard{statement};
    try {
        sql::bind_all(statement, after, limit);
        while (statement.executeStep())
            page.entries.push_back(entry_of(statement, page));
    } catch (const SQLite::Exception& failure) {
        if (errc_of(failure) != base::Errc::damaged) throw;
        page.damaged = true;
    }
    return page;
}

// The first position behind `after` from which the table can be read: in steps that double, then halving the
// last one. By the table alone, because an index may be what is damaged.
EntryPage JournalRepository::read_past_damage(std::int64_t after, model::Priority priority,
                                              std::int64_t limit)
{
    SQLite::Statement statement(
        database_, fmt::format("SELECT {} FROM journal NOT INDEXED WHERE seq > ? AND priority {} 0 "
                               "ORDER BY seq LIMIT ?",
                               columns, priority == model::Priority::alert ? "=" : "<>"));
    const auto readable = [&](std::int64_t from) { return !collect_readable(statement, from, 1).damaged; };
    const auto last = last_seq();
    std::int64_t unreadable = after;
    std::int64_t start = after;
    for (std::int64_t step = 1; !readable(start); step *= 2) {
        unreadable = start;
        if (start >= last) return {.entries = {}, .damaged = true};
        start = std::min(start + step, last);
    }
    while (start - unreadable > 1) {
        const auto middle = unreadable + (start - unreadable) / 2;
        (readable(middle) ? start : unreadable) = middle;
    }
    auto page = collect_readable(statement, start, limit);
    page.damaged = true;
    page.passed_over = start > after ? start : 0;
    return page;
}

EntryPage JournalRepository::select(const EventFilter& filter)
{
    if (!filter.id.empty()) return select_id(filter.id);
    if (!filter.picture.empty()) return select_picture(filter.picture);
    if (!filter.numbers.empty()) return select_numbers(filter.numbers);
    const auto limit = static_cast<std::int64_t>(std::clamp<std::size_t>(filter.limit, 1, numbers_max));
    if (!filter.device.empty()) return select_device(filter, limit);
    if (!filter.type_prefix.empty()) return select_types(filter, limit);
    SQLite::Statement statement(database_,
                                select_sql(fmt::format("WHERE seq > ? AND seq < ? ORDER BY seq {} LIMIT {}",
                                                       filter.newest_first ? "DESC" : "ASC", limit)));
    sql::bind_all(statement, filter.after, filter.before > 0 ? filter.before : INT64_MAX);
    return collect(statement);
}

EntryPage JournalRepository::select_id(const std::string& id)
{
    SQLite::Statement statement(database_, select_sql("WHERE id = ? LIMIT 1"));
    sql::bind(statement, 1, id);
    return collect(statement);
}

EntryPage JournalRepository::select_picture(const std::string& sha256)
{
    SQLite::Statement statement(database_,
                                select_sql("WHERE seq = (SELECT seq FROM media WHERE sha256 = ?)"));
    sql::bind(statement, 1, sha256);
    return collect(statement);
}

// A search in the index per stretch of the journal until the page is full: some microseconds for each stretch
// without an entry of the device.
EntryPage JournalRepository::select_device(const EventFilter& filter, std::int64_t limit)
{
    SQLite::Statement statement(
        database_, select_sql(fmt::format("{} AND substr(type, 1, length(?5)) = ?5 ORDER BY seq {} LIMIT ?6",
                                          of_device, filter.newest_first ? "DESC" : "ASC")));
    const auto before = std::min(filter.before > 0 ? filter.before : INT64_MAX, last_seq() + 1);
    const auto oldest = std::max(filter.after + 1, first_seq()) >> stretch_bits;
    const auto newest = (before - 1) >> stretch_bits;
    EntryPage page;
    for (auto done = oldest; done <= newest && std::cmp_less(page.entries.size(), limit); ++done) {
        const auto stretch = filter.newest_first ? newest - (done - oldest) : done;
        const auto room = limit - static_cast<std::int64_t>(page.entries.size());
        Reset guard{statement};
        sql::bind_all(statement, stretch, filter.device, filter.after, before, filter.type_prefix, room);
        page.append(collect(statement));
    }
    return page;
}

std::vector<std::string> JournalRepository::types(const std::string& prefix)
{
    // One step in the index per type that exists, not one per entry.
    SQLite::Statement next(database_, "SELECT type FROM journal WHERE type > ? ORDER BY type LIMIT 1");
    SQLite::Statement exact(database_, "SELECT 1 FROM journal WHERE type = ? LIMIT 1");
    std::vector<std::string> found;
    sql::bind(exact, 1, prefix);
    if (exact.executeStep()) found.push_back(prefix);
    for (std::string last = prefix;;) {
        Reset guard{next};
        sql::bind(next, 1, last);
        if (!next.executeStep()) return found;
        last = sql::text(next, 0);
        if (!last.starts_with(prefix)) return found;
        found.push_back(last);
    }
}

EntryPage JournalRepository::select_types(const EventFilter& filter, std::int64_t limit)
{
    const auto order = filter.newest_first ? "DESC" : "ASC";
    SQLite::Statement statement(database_,
                                fmt::format("SELECT seq FROM journal WHERE type = ? AND seq > ? AND seq < ? "
                                            "ORDER BY seq {} LIMIT {}",
                                            order, limit));
    const std::int64_t before = filter.before > 0 ? filter.before : INT64_MAX;
    std::vector<std::int64_t> numbers;
    for (const auto& type : types(filter.type_prefix)) {
        Reset guard{statement};
        sql::bind_all(statement, type, filter.after, before);
        while (statement.executeStep())
            numbers.push_back(sql::number(statement, 0));
    }
    std::sort(numbers.begin(), numbers.end());
    if (filter.newest_first) std::reverse(numbers.begin(), numbers.end());
    if (numbers.size() > static_cast<std::size_t>(limit)) numbers.resize(static_cast<std::size_t>(limit));
    return select_numbers(numbers);
}

EntryPage JournalRepository::select_numbers(const std::vector<std::int64_t>& numbers)
{
    SQLite::Statement row(database_, select_sql("WHERE seq = ?"));
    EntryPage page;
    for (std::size_t i = 0; i < std::min(numbers.size(), numbers_max); ++i) {
        Reset guard{row};
        sql::bind(row, 1, numbers[i]);
        page.append(collect(row));
    }
    return page;
}

std::int64_t JournalRepository::first_seq()
{
    return read_number(database_, "SELECT coalesce(min(seq), 1) FROM journal");
}

std::int64_t JournalRepository::last_seq()
{
    return std::max(
        read_number(database_, "SELECT coalesce(max(seq), 0) FROM journal"),
        read_number(database_, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'journal'"));
}

std::int64_t JournalRepository::last_seq(model::Priority priority)
{
    if (priority == model::Priority::event) return last_seq();
    return read_number(database_, "SELECT seq FROM journal WHERE priority = 0 ORDER BY seq DESC LIMIT 1");
}

std::int64_t JournalRepository::count_after(std::int64_t after, model::Priority priority)
{
    const auto alerts = read_number(
        database_, fmt::format("SELECT count(*) FROM journal WHERE priority = 0 AND seq > {}", after));
    if (priority == model::Priority::alert) return alerts;
    const auto newest = last_seq();
    if (newest - after > count_exactly_max) {
        const auto first =
            read_number(database_, fmt::format("SELECT min(seq) FROM journal WHERE seq > {}", after));
        return std::max<std::int64_t>(0, newest - std::max(first - 1, after) - alerts);
    }
    return read_number(database_, fmt::format("SELECT count(*) FROM journal WHERE seq > {}", after)) - alerts;
}

std::optional<base::WallTime> JournalRepository::first_time_after(std::int64_t after,
                                                                  model::Priority priority)
{
    SQLite::Statement statement(
        database_,
        fmt::format("SELECT received_ms FROM journal WHERE seq > {} AND priority {} 0 ORDER BY seq LIMIT 1",
                    after, priority == model::Priority::alert ? "=" : "<>"));
    if (!statement.executeStep()) return std::nullopt;
    return sql::time(statement, 0);
}

std::set<std::string> JournalRepository::devices()
{
    // One step in the unique index per device, not one per entry.
    SQLite::Statement next(database_, "SELECT device FROM journal WHERE device > ? ORDER BY device LIMIT 1");
    std::set<std::string> found;
    for (std::string device;;) {
        Reset guard{next};
        sql::bind(next, 1, device);
        if (!next.executeStep()) return found;
        device = sql::text(next, 0);
        found.insert(device);
    }
}

std::map<std::string, base::WallTime> JournalRepository::last_events()
{
    SQLite::Statement newest(
        database_, fmt::format("SELECT received_ms FROM journal {} ORDER BY seq DESC LIMIT 1", of_device));
    std::map<std::string, base::WallTime> found;
    auto missing = devices();
    const auto oldest = first_seq() >> stretch_bits;
    for (auto stretch = last_seq() >> stretch_bits; stretch >= oldest && !missing.empty(); --stretch)
        std::erase_if(missing, [&](const std::string& device) {
            Reset guard{newest};
            sql::bind_all(newest, stretch, device, std::int64_t{0}, INT64_MAX);
            const bool here = newest.executeStep();
            if (here) found[device] = sql::time(newest, 0);
            return here;
        });
    return found;
}

} // namespace gatehouse::store
