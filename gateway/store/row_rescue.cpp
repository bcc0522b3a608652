#include "gateway/store/row_rescue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace gatehouse::store {
namespace {

constexpr std::int64_t rows_a_transaction = 2000;

std::vector<std::string> columns_of(SQLite::Database& database, const std::string& table)
{
    SQLite::Statement statement(database, fmt::format("SELECT name FROM pragma_table_info('{}')", table));
    std::vector<std::string> names;
    while (statement.executeStep())
        names.push_back(sql::text(statement, 0));
    return names;
}

// What both have: the damaged file may be that of an older gateway.
std::string column_list(SQLite::Database& damaged, SQLite::Database& fresh, const std::string& table)
{
    const auto there = columns_of(damaged, table);
    auto names = columns_of(fresh, table);
    std::erase_if(names, [&](const std::string& name) {
        return std::find(there.begin(), there.end(), name) == there.end();
    });
    return fmt::format("{}", fmt::join(names, ", "));
}

// One table on its way from the damaged to the fresh file.
class Rescue {
public:
    Rescue(SQLite::Database& damaged, SQLite::Database& fresh, const std::string& table,
           const std::string& columns, std::int64_t highest)
        : fresh_(fresh), highest_(highest),
          up_(damaged, fmt::format("SELECT rowid, {} FROM {} NOT INDEXED WHERE rowid >= ? ORDER BY rowid",
                                   columns, table)),
          down_(damaged,
                fmt::format(
                    "SELECT rowid, {} FROM {} NOT INDEXED WHERE rowid > ? AND rowid < ? ORDER BY rowid DESC",
                    columns, table)),
          insert_(fresh,
                  fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES (?{})", table, columns, more_marks()))
    {
    }

    std::int64_t run()
    {
        std::int64_t next = INT64_MIN;
        // Every round copies rows or jumps, and jumps double: a file full of holes ends as well.
        for (int rounds = 0; rounds < 100'000; ++rounds) {
            const auto last = copy_up(next);
            if (!last) return copied_;
            if (!jump(*last, next)) return copied_;
        }
        return copied_;
    }

private:
    [[nodiscard]] std::string more_marks() const
    {
        std::string marks;
        for (int i = 2; i < up_.getColumnCount(); ++i)
            marks += ", ?";
        return marks;
    }

    // Copies from `from` upwards. Nothing when the end was reached, else the last number before the place
    // that could not be read.
    std::optional<std::int64_t> copy_up(std::int64_t from)
    {
        Reset guard{up_};
        up_.bind(1, from);
        std::int64_t last = from == INT64_MIN ? INT64_MIN : from - 1;
        for (;;) {
            const int code = up_.tryExecuteStep();
            if (code == SQLITE_DONE) return std::nullopt;
            if (code != SQLITE_ROW) return last;
            const auto row = number_of(up_);
            if (row <= last) return last; // a page that contradicts itself
            last = row;
            copy(up_, row);
        }
    }

    // Looks for the next readable row beyond `last` in steps that double, then reads back from there towards
    // the hole.
    bool jump(std::int64_t last, std::int64_t& next)
    {
        const std::int64_t base = std::max<std::int64_t>(last, 0);
        for (std::int64_t step = 1; step < (1LL << 61U) && base < INT64_MAX - step; step *= 2) {
            const auto from = base + step;
            if (highest_ > 0 && from > highest_) return false;
            Reset guard{up_};
            up_.bind(1, from);
            const int code = up_.tryExecuteStep();
            if (code == SQLITE_DONE) return copy_down(last, from), false;
            if (code != SQLITE_ROW || number_of(up_) < from) continue;
            copy_down(last, from);
            next = from;
            return true;
        }
        return false;
    }

    void copy_down(std::int64_t after, std::int64_t before)
    {
        Reset guard{down_};
        down_.bind(1, after);
        down_.bind(2, before);
        for (auto row = before; down_.tryExecuteStep() == SQLITE_ROW;) {
            if (number_of(down_) >= row) return;
            row = number_of(down_);
            copy(down_, row);
        }
    }

    static std::int64_t number_of(const SQLite::Statement& statement) { return sql::number(statement, 0); }

    void copy(SQLite::Statement& from, std::int64_t row)
    {
        if (highest_ > 0 && (row > highest_ || row <= 0)) return;
        if (open_rows_ == 0) fresh_.exec("BEGIN");
        Reset guard{insert_};
        for (int column = 1; column < from.getColumnCount(); ++column)
            bind_column(from, column);
        const int code = insert_.tryExecuteStep();
        if (code == SQLITE_FULL || code == SQLITE_IOERR) throw SQLite::Exception(fresh_.getHandle(), code);
        // Anything else is the row's own fault: a value of the wrong kind where the page was damaged.
        if (code == SQLITE_DONE && fresh_.getChanges() > 0) ++copied_;
        if (++open_rows_ >= rows_a_transaction) flush();
    }

    void bind_column(SQLite::Statement& from, int column)
    {
        const auto value = from.getColumn(column);
        switch (value.getType()) {
        case SQLITE_INTEGER: insert_.bind(column, value.getInt64()); break;
        case SQLITE_FLOAT: insert_.bind(column, value.getDouble()); break;
        case SQLITE_TEXT: insert_.bind(column, value.getString()); break;
        case SQLITE_BLOB: insert_.bind(column, value.getBlob(), value.getBytes()); break;
        default: insert_.bind(column); break;
        }
    }

public:
    void flush()
    {
        if (open_rows_ > 0) fresh_.exec("COMMIT");
        open_rows_ = 0;
    }

private:
    SQLite::Database& fresh_;
    std::int64_t highest_;
    SQLite::Statement up_;
    SQLite::Statement down_;
    SQLite::Statement insert_;
    std::int64_t copied_ = 0;
    std::int64_t open_rows_ = 0;
};

} // namespace

DatabasePtr open_damaged(const std::filesystem::path& file)
{
    try {
        if (!std::filesystem::exists(file)) return nullptr;
        auto database = open_for_reading(file);
        // A number SQLite may have to sort or overflow for must not make it allocate without limit.
        sqlite3_limit(database->getHandle(), SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024);
        database->execAndGet("SELECT count(*) FROM sqlite_schema");
        return database;
    } catch (const SQLite::Exception&) {
        return nullptr;
    }
}

std::optional<std::int64_t> rows_claimed(SQLite::Database& damaged, const std::string& table)
{
    try {
        return read_number(damaged, fmt::format("SELECT count(*) FROM {}", table));
    } catch (const SQLite::Exception&) {
        return std::nullopt;
    }
}

std::int64_t rescue_rows(SQLite::Database& damaged, SQLite::Database& fresh, const std::string& table,
                         std::int64_t highest)
{
    std::unique_ptr<Rescue> rescue;
    try {
        rescue = std::make_unique<Rescue>(damaged, fresh, table, column_list(damaged, fresh, table), highest);
    } catch (const SQLite::Exception&) {
        return 0; // the schema cannot be read, or does not know this table
    }
    const auto rows = rescue->run();
    rescue->flush();
    return rows;
}

} // namespace gatehouse::store
