#include "gateway/store/audit_check.hpp"

#include "gateway/store/audit_note.hpp"
#include "gateway/store/audit_repository.hpp"

#include <fmt/format.h>

namespace gatehouse::store {
namespace {

constexpr int rows_a_step = 2000;

// A byte of the file can turn a text into a blob of the same bytes.
bool has_its_types(const SQLite::Statement& row)
{
    for (int column = 0; column < row.getColumnCount(); ++column) {
        const auto type = row.getColumn(column).getType();
        if (type != (column < 2 ? SQLITE_INTEGER : SQLITE_TEXT)) return false;
    }
    return true;
}

} // namespace

AuditCheck::AuditCheck(std::filesystem::path directory, std::optional<audit::Head> told)
    : directory_(std::move(directory)), told_(std::move(told))
{
}

base::Result<Progress> AuditCheck::step()
{
    try {
        if (!database_)
            if (const auto begun = begin(); !begun) return begun.error();
        read_page();
        return done_ ? Progress::done : Progress::more;
    } catch (const SQLite::Exception& failure) {
        if (!rows_) return base::Errc::failed;
        check_.take_unreadable(last_ + 1, failure.what());
        return Progress::done;
    } catch (const std::exception&) {
        return base::Errc::failed;
    }
}

// The note first: it is never ahead of what is on disk.
base::Result<void> AuditCheck::begin()
{
    const auto note = read_audit_note(directory_);
    database_ = open_for_reading(directory_ / "gatehouse.db");
    if (!is_chained(*database_)) return base::Errc::unsupported;
    database_->exec("BEGIN");
    rows_ = std::make_unique<SQLite::Statement>(
        *database_, fmt::format("SELECT {} FROM audit NOT INDEXED ORDER BY seq", audit_columns));
    if (note)
        check_.expect(note->head, "the note beside the database (audit-head)");
    else
        check_.miss("the note beside the database (audit-head) is missing or damaged");
    if (told_) check_.expect(*told_, "the head that was given");
    return {};
}

void AuditCheck::read_page()
{
    for (int i = 0; i < rows_a_step; ++i) {
        done_ = !rows_->executeStep();
        if (done_) return;
        last_ = sql::number(*rows_, 0);
        if (has_its_types(*rows_))
            check_.take(audit_row(*rows_));
        else
            check_.take_unreadable(last_, "a value is of the wrong kind");
    }
}

base::Result<audit::Report> check_audit(const std::filesystem::path& directory,
                                        std::optional<audit::Head> told)
{
    AuditCheck check(directory, std::move(told));
    for (;;) {
        const auto progress = check.step();
        if (!progress) return progress.error();
        if (*progress == Progress::done) return check.report();
    }
}

} // namespace gatehouse::store
