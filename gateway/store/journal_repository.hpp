#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/database.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::store {

struct EventFilter;

// Entries read from disk, how many had data whose typed body could not be read back, and how many had letters
// that had to be replaced (legible.hpp).
struct EntryPage {
    std::vector<model::EntryPtr> entries;
    std::int64_t without_body = 0;
    std::int64_t mended = 0;
    bool damaged = false;         // the database could not read all that was asked for
    std::int64_t passed_over = 0; // not 0: of what lies up to this number nothing could be read

    void append(EntryPage more);
};

// SQL of the journal. The caller owns the transaction.
class JournalRepository {
public:
    explicit JournalRepository(SQLite::Database& database);

    // Keeps the entry under `entry.seq`. False when its device had already reported this record: nothing is
    // changed.
    [[nodiscard]] bool append(const model::Entry& entry);
    // The number under which this record of this device is kept, or nothing.
    [[nodiscard]] std::optional<std::int64_t> find(const model::Event& event);
    // Damage is no error here: a page ends before what cannot be read, and the next one begins behind it.
    [[nodiscard]] EntryPage read_after(std::int64_t after, model::Priority priority, std::int64_t limit);
    [[nodiscard]] EntryPage select(const EventFilter& filter);
    // The highest number in use or ever used according to the file; 0 for none.
    [[nodiscard]] std::int64_t last_seq();
    [[nodiscard]] std::int64_t last_seq(model::Priority priority);
    // Entries with seq > after; exact up to some thousands, beyond that the difference of the numbers.
    [[nodiscard]] std::int64_t count_after(std::int64_t after, model::Priority priority);
    [[nodiscard]] std::optional<base::WallTime> first_time_after(std::int64_t after,
                                                                 model::Priority priority);
    [[nodiscard]] std::map<std::string, base::WallTime> last_events();

private:
    [[nodiscard]] EntryPage collect(SQLite::Statement& statement);
    [[nodiscard]] EntryPage collect_readable(SQLite::Statement& statement, std::int64_t after,
                                             std::int64_t limit);
    [[nodiscard]] EntryPage read_past_damage(std::int64_t after, model::Priority priority,
                                             std::int64_t limit);
    [[nodiscard]] EntryPage select_id(const std::string& id);
    [[nodiscard]] EntryPage select_picture(const std::string& sha256);
    [[nodiscard]] EntryPage select_numbers(const std::vector<std::int64_t>& numbers);
    [[nodiscard]] EntryPage select_types(const EventFilter& filter, std::int64_t limit);
    [[nodiscard]] EntryPage select_device(const EventFilter& filter, std::int64_t limit);
    [[nodiscard]] std::set<std::string> devices();
    [[nodiscard]] std::int64_t first_seq();
    [[nodiscard]] std::vector<std::string> types(const std::string& prefix);

    SQLite::Database& database_;
    SQLite::Statement insert_;
    SQLite::Statement find_;
    SQLite::Statement after_events_;
    SQLite::Statement after_alerts_;
};

// How long the entry's class is kept: 0 records_days, 1 alerts_days (domain.md §5).
[[nodiscard]] int keep_class(const model::Entry& entry);
// What makes an event unique at its device.
[[nodiscard]] const std::string& unique_key(const model::Event& event);

} // namespace gatehouse::store
