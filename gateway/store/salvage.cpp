#include "gateway/store/salvage.hpp"

#include "gateway/store/audit_repository.hpp"
#include "gateway/store/file.hpp"
#include "gateway/store/first_page.hpp"
#include "gateway/store/migrations.hpp"
#include "gateway/store/row_rescue.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace gatehouse::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view name_characters = "0123456789-";
// The tables worth rescuing, the small and precious ones first.
constexpr std::array<std::string_view, 18> tables{
    "cursor",  "alert",      "alert_step", "silence",      "handover", "command",
    "device",  "credential", "entry_use",  "list_version", "consent",  "face",
    "account", "api_token",  "audit",      "dead_letter",  "media",    "journal"};

fs::path mark_of(const fs::path& directory)
{
    return directory / "salvage";
}

void demand(const base::Result<void>& done, std::string_view what)
{
    if (!done) throw std::runtime_error(fmt::format("cannot {}: {}", what, done.error().message()));
}

void write_mark(const fs::path& directory)
{
    const auto now = std::chrono::system_clock::now();
    const auto second =
        fmt::format("{:%Y%m%d-%H%M%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
    auto name = second;
    for (int i = 1; fs::exists(directory / "damaged" / name); ++i)
        name = fmt::format("{}-{}", second, i);
    demand(write_atomically(mark_of(directory), name), "mark the database as damaged");
}

// Where this salvage puts the damaged files: the same place however often it is interrupted.
fs::path place_of(const fs::path& directory)
{
    auto name = read_file(mark_of(directory));
    if (!name || name->empty() || name->find_first_not_of(name_characters) != std::string::npos) {
        write_mark(directory);
        name = read_file(mark_of(directory));
    }
    return directory / "damaged" / (name ? *name : "0");
}

void move_if_there(const fs::path& from, const fs::path& to)
{
    if (fs::exists(from) && !fs::exists(to)) fs::rename(from, to);
}

void move_aside(const fs::path& directory, const fs::path& place)
{
    fs::create_directories(place);
    const auto file = directory / "gatehouse.db";
    const auto moved = place / "gatehouse.db";
    // The database goes last: as long as it has not moved, its log has not been given up either.
    move_if_there(log_of(file), log_of(moved));
    fs::remove(log_index_of(file));
    move_if_there(file, moved);
    sync_directory(place);
    sync_directory(directory);
}

void remove_database(const fs::path& file)
{
    for (const auto& part : {file, log_of(file), log_index_of(file)})
        fs::remove(part);
}

// A copy of the damaged file with a first page that can be read: the one that was kept of it at its last
// start, or that of a fresh file, in which the tables have the same root pages unless an upgrade has added
// them later. Nothing ever rebuilds the file. False when there is nothing to copy.
bool with_first_page(const fs::path& damaged, std::string page, const fs::path& work)
{
    remove_database(work);
    const auto size = fs::exists(damaged) ? fs::file_size(damaged) : 0;
    if (size > 0) fs::copy_file(damaged, work);
    if (fs::exists(log_of(damaged))) fs::copy_file(log_of(damaged), log_of(work));
    if (page.empty()) return false;
    const auto pages = std::max<std::uintmax_t>(1, (size + 8191) / 8192);
    for (unsigned i = 0; i < 4; ++i) {
        page[28 + i] = static_cast<char>((pages >> (24U - 8U * i)) & 0xffU);
        for (unsigned field : {32U, 36U})
            page[field + i] = 0;     // no free pages that we know of
        page[92 + i] = page[24 + i]; // the page count is valid for this change counter
    }
    const File to = File::open(work, O_RDWR | O_CREAT);
    return to.valid() && to.write_at(page, 0).has_value() &&
           ::ftruncate(to.get(), static_cast<off_t>(pages * 8192)) == 0;
}

// What one table gave back.
struct TableRescue {
    std::int64_t rows = 0;
    std::optional<std::int64_t> claimed;
};

TableRescue rescue_table(SQLite::Database* from, SQLite::Database& fresh, std::string_view table,
                         std::int64_t reserved)
{
    if (from == nullptr) return {};
    const std::string name(table);
    return {.rows = rescue_rows(*from, fresh, name, name == "journal" ? reserved : 0),
            .claimed = rows_claimed(*from, name)};
}

bool was_unchained(SQLite::Database* damaged)
{
    try {
        return damaged != nullptr && damaged->tableExists("audit") && !is_chained(*damaged);
    } catch (const SQLite::Exception&) {
        return false;
    }
}

void rescue_all(const fs::path& damaged, SQLite::Database& fresh, const fs::path& fresh_file,
                std::int64_t reserved, Salvaged& found)
{
    const fs::path work = damaged.string() + ".work";
    bool have_work = false;
    DatabasePtr direct = open_damaged(damaged);
    DatabasePtr patched;
    found.lost_rows = 0;
    for (const auto table : tables) {
        auto rescued = rescue_table(direct.get(), fresh, table, reserved);
        if (rescued.rows == 0) {
            if (!have_work) {
                have_work = true;
                fresh.exec("PRAGMA wal_checkpoint(TRUNCATE)");
                auto page = kept_first_page(fresh_file.parent_path()).value_or(first_page_of(fresh_file));
                if (with_first_page(damaged, std::move(page), work)) patched = open_damaged(work);
            }
            const auto again = rescue_table(patched.get(), fresh, table, reserved);
            if (again.rows > 0 || !rescued.claimed) rescued = again;
        }
        found.rows += rescued.rows;
        if (!rescued.claimed)
            found.lost_rows.reset();
        else if (found.lost_rows)
            *found.lost_rows += std::max<std::int64_t>(0, *rescued.claimed - rescued.rows);
    }
    // An older gateway's rows come without a chain. Any others that do were put in by somebody.
    if (was_unchained(direct.get()) || was_unchained(patched.get())) begin_chain(fresh);
    direct.reset();
    patched.reset();
    remove_database(work);
}

} // namespace

void request_salvage(const fs::path& directory)
{
    try {
        if (!salvage_requested(directory)) write_mark(directory);
    } catch (const std::exception&) {
        return; // the disk takes no mark; the damage will show itself again
    }
}

bool salvage_requested(const fs::path& directory)
{
    return fs::exists(mark_of(directory));
}

Salvaged salvage(const fs::path& directory, std::int64_t reserved)
{
    Salvaged found;
    found.moved_to = place_of(directory);
    const auto file = directory / "gatehouse.db";
    const auto moved = found.moved_to / "gatehouse.db";
    if (fs::exists(moved) && fs::exists(file)) {
        return found; // interrupted before end_salvage(): the new database is in its place
    }
    if (!fs::exists(moved)) move_aside(directory, found.moved_to);
    const fs::path fresh = file.string() + ".salvaged";
    remove_database(fresh);
    {
        auto database = open_for_writing(fresh);
        database->exec("PRAGMA synchronous = OFF"); // synced once, as a whole, below
        migrate(*database, fresh);
        database->exec("DELETE FROM audit"); // a chain is rescued from its first row on
        rescue_all(moved, *database, fresh, reserved, found);
        found.last_seq = read_number(*database, "SELECT coalesce(max(seq), 0) FROM journal");
        database->exec("PRAGMA wal_checkpoint(TRUNCATE)");
        database->exec("PRAGMA journal_mode = DELETE");
    }
    {
        const File whole = File::open(fresh, O_RDWR);
        if (!whole.valid() || ::fsync(whole.get()) != 0)
            throw std::runtime_error("cannot sync the salvaged database");
    }
    fs::rename(fresh, file);
    sync_directory(directory);
    return found;
}

void end_salvage(const fs::path& directory)
{
    fs::remove(mark_of(directory));
    sync_directory(directory);
}

} // namespace gatehouse::store
