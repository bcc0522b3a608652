#pragma once
#include "gateway/access/csv_list.hpp"
#include "gateway/access/directory.hpp"
#include "gateway/access/import_plan.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::access {

struct ImportRequest {
    std::string csv;                             // the file's bytes
    std::string actor;                           // for the audit log
    std::optional<store::Credential::Type> type; // only this column of the file; empty: all
    std::string list;     // for rows without a list, and replaced in any case; empty: none is named
    bool partial = false; // import the good lines although others have errors
    bool dry_run = false; // say what would happen, change nothing
    int restored = 0;     // the version whose content this is; 0: somebody's file
};

struct ImportReport {
    bool imported = false;
    std::size_t lines = 0;             // rows below the header
    std::size_t entries = 0;           // entries that were, or would be, taken over
    std::vector<std::string> replaced; // lists replaced, such as "plate/resident"
    std::vector<std::string> keep_out; // those of them that keep out whoever is on them
    std::vector<ListPreview> previews; // what changes, or would change, in each of the lists
    std::vector<AcceptedMisreads> misreads;
    int restored = 0; // the version that is, or would be, in force again; 0: a new content
    std::vector<LineError> errors;
};

struct UndoRequest {
    store::Credential::Type type = store::Credential::Type::plate;
    std::string list;
    int to = 0; // the version to go back to; 0: the one before the content of now
    std::string actor;
    bool dry_run = false;
};

// Which entries are wanted.
struct EntryFilter {
    std::optional<store::Credential::Type> type;
    std::string list; // empty: all
    std::string text; // part of value or name; empty: all
    std::size_t offset = 0;
    std::size_t limit = 0; // 0: all
};

struct EntryPage {
    std::vector<store::Credential> entries; // ordered by type, list and value
    std::size_t total = 0;                  // that match, on this page or not
};

// The lists behind every decision: imports them from and exports them to CSV files, and keeps the directory
// up to date. Called by api, cli and upstream commands. io thread only; whatever goes over all entries runs
// on `worker`.
class Lists {
public:
    Lists(store::Store& store, Directory& directory, base::Clock& clock, const config::SiteConfig& site,
          asio::any_io_executor worker);

    // The lanes and groups that a row may name from now on, and what they mean for a decision.
    void use(const config::SiteConfig& site);
    // Fills the directory from the store, visitors' entries with it. At start.
    asio::awaitable<base::Result<void>> load();
    // Only the lists: after anybody else has changed one.
    asio::awaitable<base::Result<void>> reload();
    // Every list (type and name) that occurs in the file is replaced as a whole by what the file says, and so
    // is the one that the request names, or that a file without entries can only mean: a list whose last
    // entry was struck out is empty. Other lists stay. Nothing is imported when a line has an error, unless
    // `partial`. Errors: those of the store.
    asio::awaitable<base::Result<ImportReport>> import(ImportRequest request);
    // What each list has said before, newest first, without the content. The newest is in force.
    asio::awaitable<base::Result<std::vector<store::ListVersion>>> versions();
    // A list says again what an earlier version said: an import of that version's content, so it is checked,
    // audited and a version of its own. Errors: not_found (no such version, or none is earlier), and those of
    // the store.
    asio::awaitable<base::Result<ImportReport>> undo(UndoRequest request);
    asio::awaitable<base::Result<EntryPage>> select(EntryFilter filter);
    asio::awaitable<base::Result<std::string>> export_csv(EntryFilter filter);

private:
    [[nodiscard]] store::Change change_of(std::vector<store::Change::ListReplacement> lists,
                                          const ImportRequest& request, ImportReport& report) const;

    store::Store& store_;
    Directory& directory_;
    base::Clock& clock_;
    CsvOptions options_;
    asio::any_io_executor worker_;
};

} // namespace gatehouse::access
