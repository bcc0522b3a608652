#include "gateway/store/audit_note.hpp"

#include "gateway/audit/chain.hpp"
#include "gateway/base/log.hpp"
#include "gateway/store/audit_repository.hpp"
#include "gateway/store/file.hpp"

namespace gatehouse::store {
namespace {

std::filesystem::path note_of(const std::filesystem::path& directory)
{
    return directory / "audit-head";
}

} // namespace

std::optional<audit::HeadNote> read_audit_note(const std::filesystem::path& directory)
{
    const auto text = read_file(note_of(directory));
    return text ? audit::parse_note(*text) : std::nullopt;
}

base::Result<void> write_audit_note(const std::filesystem::path& directory, const audit::HeadNote& note)
{
    return write_atomically(note_of(directory), audit::text_of(note));
}

void note_new_chain(SQLite::Database& database, const std::filesystem::path& directory)
{
    if (std::filesystem::exists(note_of(directory))) return;
    const audit::Filter newest{.newest_first = true};
    const auto rows = AuditRepository(database).select(newest, 1);
    if (rows.empty() || rows.front().record.action != audit::begun_action) return;
    const auto& row = rows.front();
    const auto noted = write_audit_note(directory, {.head = {row.seq, row.hash}, .at = row.record.at});
    // A full disk: it is missed at the first look then.
    if (!noted) base::log::warn("the audit's first row could not be noted", base::kv("why", noted.error()));
}

} // namespace gatehouse::store
