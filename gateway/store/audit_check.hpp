#pragma once
#include "gateway/audit/chain_check.hpp"
#include "gateway/store/ask.hpp"
#include "gateway/store/database.hpp"

#include <optional>

namespace gatehouse::store {

// One look at the whole audit in a data directory, some thousand rows a step, in one snapshot and with a
// connection of its own: whether it is whole, and holds the head that is noted beside the database. Any one
// thread at a time.
class AuditCheck {
public:
    // `told`: a head that somebody else has kept.
    AuditCheck(std::filesystem::path directory, std::optional<audit::Head> told);

    // more: call again. Errors: unsupported (written by an older gateway, whose audit was no chain), failed
    // (the database cannot be opened).
    [[nodiscard]] base::Result<Progress> step();
    // Once, after step() said done.
    [[nodiscard]] audit::Report report() { return check_.finish(); }

private:
    [[nodiscard]] base::Result<void> begin();
    void read_page();

    std::filesystem::path directory_;
    std::optional<audit::Head> told_;
    audit::ChainCheck check_;
    DatabasePtr database_;
    std::unique_ptr<SQLite::Statement> rows_;
    std::int64_t last_ = 0;
    bool done_ = false;
};

// The same at once, whether a gateway runs in the directory or not.
[[nodiscard]] base::Result<audit::Report> check_audit(const std::filesystem::path& directory,
                                                      std::optional<audit::Head> told);

} // namespace gatehouse::store
