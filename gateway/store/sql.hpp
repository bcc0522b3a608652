#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::store {

// What a statement is bound and read with. Text is bound without a copy: it must live until the statement is
// reset.
namespace sql {

inline void bind(SQLite::Statement& statement, int index, std::int64_t value)
{
    statement.bind(index, value);
}
inline void bind(SQLite::Statement& statement, int index, int value)
{
    statement.bind(index, value);
}
inline void bind(SQLite::Statement& statement, int index, bool value)
{
    statement.bind(index, value ? 1 : 0);
}
inline void bind(SQLite::Statement& statement, int index, const std::string& value)
{
    statement.bindNoCopy(index, value);
}
inline void bind(SQLite::Statement& statement, int index, base::WallTime value)
{
    statement.bind(index, static_cast<std::int64_t>(value.time_since_epoch().count()));
}
template <class T>
void bind(SQLite::Statement& statement, int index, const std::optional<T>& value)
{
    if (value)
        bind(statement, index, *value);
    else
        statement.bind(index);
}

// Binds all parameters in order, from 1.
template <class... Values>
void bind_all(SQLite::Statement& statement, const Values&... values)
{
    int index = 0;
    (bind(statement, ++index, values), ...);
}

[[nodiscard]] inline std::string text(const SQLite::Statement& statement, int column)
{
    return statement.getColumn(column).getString();
}
[[nodiscard]] inline std::int64_t number(const SQLite::Statement& statement, int column)
{
    return statement.getColumn(column).getInt64();
}
[[nodiscard]] inline std::optional<int> optional_number(const SQLite::Statement& statement, int column)
{
    if (statement.getColumn(column).isNull()) return std::nullopt;
    return static_cast<int>(number(statement, column));
}
[[nodiscard]] inline base::WallTime time(const SQLite::Statement& statement, int column)
{
    return base::WallTime(std::chrono::milliseconds(number(statement, column)));
}
[[nodiscard]] inline std::optional<base::WallTime> optional_time(const SQLite::Statement& statement,
                                                                 int column)
{
    if (statement.getColumn(column).isNull()) return std::nullopt;
    return time(statement, column);
}

} // namespace sql

// Resets a statement on every path: one left un-reset holds the write-ahead log.
class Reset {
public:
    explicit Reset(SQLite::Statement& statement) : statement_(statement) {}
    ~Reset() { statement_.tryReset(); }
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;

private:
    SQLite::Statement& statement_;
};

// BEGIN IMMEDIATE now, ROLLBACK on destruction unless commit() was reached.
class WriteTransaction {
public:
    explicit WriteTransaction(SQLite::Database& database) : database_(database)
    {
        database_.exec("BEGIN IMMEDIATE");
    }
    ~WriteTransaction()
    {
        // An I/O error may have rolled back by itself; then there is nothing left to undo.
        if (!done_ && sqlite3_get_autocommit(database_.getHandle()) == 0) database_.tryExec("ROLLBACK");
    }
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;

    void commit()
    {
        database_.exec("COMMIT");
        done_ = true;
    }

private:
    SQLite::Database& database_;
    bool done_ = false;
};

// disk_full, damaged, bad_input, too_large or failed.
[[nodiscard]] base::Errc errc_of(const SQLite::Exception& failure);

} // namespace gatehouse::store
