#include "gateway/store/integrity.hpp"

#include "gateway/store/file.hpp"
#include "gateway/store/journal_repository.hpp"
#include "gateway/store/migrations.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace gatehouse::store {
namespace {

constexpr std::uintmax_t whole_check_bytes_max = 16U * 1024 * 1024;
constexpr std::int64_t end_rows = 200;

std::string schema_text(SQLite::Database& database)
{
    SQLite::Statement statement(
        database, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY name");
    std::string text;
    while (statement.executeStep())
        for (int column = 0; column < 4; ++column)
            text += sql::text(statement, column) + '\n';
    return text;
}

std::string schema_expected()
{
    SQLite::Database reference(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(reference, ":memory:");
    return schema_text(reference);
}

std::string quick_check(SQLite::Database& database, const std::string& pragma)
{
    SQLite::Statement statement(database, pragma);
    const auto first = statement.executeStep() ? sql::text(statement, 0) : std::string("no answer");
    return first == "ok" ? std::string() : first;
}

std::string version_damage(SQLite::Database& database)
{
    const auto version = schema_version_of(database);
    const auto noted = read_number(database, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'schema'");
    if (version != noted) return fmt::format("the header says schema {}, the content {}", version, noted);
    if (version == schema_version() && schema_text(database) != schema_expected())
        return "the schema is not ours";
    return {};
}

std::string journal_damage(SQLite::Database& database, std::int64_t reserved)
{
    JournalRepository journal(database);
    const auto last = journal.last_seq();
    const auto sequence =
        read_number(database, "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'journal'");
    if (last > sequence) return "the journal is ahead of its own numbering";
    if (reserved > 0 && last > reserved) return "the journal holds numbers that were never given";
    for (const auto order : {"ASC", "DESC"}) {
        SQLite::Statement ends(
            database, fmt::format("SELECT * FROM journal ORDER BY seq {} LIMIT {}", order, end_rows));
        while (ends.executeStep())
            continue;
    }
    return {};
}

} // namespace

std::string damage_of_file(const std::filesystem::path& file)
{
    const File opened = File::open(file, O_RDONLY);
    if (!opened.valid() && errno == ENOENT) return "it is missing";
    if (!opened.valid()) throw cannot_open(file);
    std::array<char, 100> header{};
    const auto size = ::pread(opened.get(), header.data(), header.size(), 0);
    if (size < 0) return "it cannot be read";
    if (size == 0) return "it is empty";
    if (static_cast<std::size_t>(size) < header.size()) return "it is too short";
    if (std::string_view(header.data(), 16) != std::string_view("SQLite format 3\0", 16))
        return "its header is gone";
    if (header[16] != 0x20 || header[17] != 0) return "its header names another page size";
    return {};
}

std::string damage_of_content(SQLite::Database& database, const std::filesystem::path& file,
                              std::int64_t reserved)
{
    try {
        if (auto damage = version_damage(database); !damage.empty()) return damage;
        const auto size = std::filesystem::file_size(file);
        const auto pages = read_number(database, "PRAGMA page_count");
        if (static_cast<std::uintmax_t>(pages) * 8192U > size) return "its end is missing";
        if (size <= whole_check_bytes_max)
            if (auto damage = quick_check(database, "PRAGMA quick_check(1)"); !damage.empty()) return damage;
        for (const auto table : {"meta", "cursor", "alert", "silence", "handover", "command", "device",
                                 "credential", "entry_use", "consent", "face", "account", "api_token"})
            if (database.tableExists(table)) // an older gateway has fewer, and is upgraded only after this
                if (auto damage = quick_check(database, fmt::format("PRAGMA quick_check('{}')", table));
                    !damage.empty())
                    return damage;
        return journal_damage(database, reserved);
    } catch (const SQLite::Exception& failure) {
        return failure.what();
    }
}

std::string damage_of_everything(SQLite::Database& database)
{
    try {
        if (auto damage = version_damage(database); !damage.empty()) return damage;
        return quick_check(database, "PRAGMA integrity_check(1)");
    } catch (const SQLite::Exception& failure) {
        return failure.what();
    }
}

} // namespace gatehouse::store
