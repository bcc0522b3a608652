#pragma once
#include "gateway/store/account_repository.hpp"
#include "gateway/store/alert_repository.hpp"
#include "gateway/store/alert_step_repository.hpp"
#include "gateway/store/audit_repository.hpp"
#include "gateway/store/command_repository.hpp"
#include "gateway/store/consent_repository.hpp"
#include "gateway/store/credential_repository.hpp"
#include "gateway/store/cursor_repository.hpp"
#include "gateway/store/dead_letter_repository.hpp"
#include "gateway/store/entry_use_repository.hpp"
#include "gateway/store/handover_repository.hpp"
#include "gateway/store/journal_repository.hpp"
#include "gateway/store/list_version_repository.hpp"
#include "gateway/store/media_repository.hpp"
#include "gateway/store/memory_repository.hpp"
#include "gateway/store/silence_repository.hpp"

namespace gatehouse::store {

// One repository per table on one connection. Belongs to the thread of that connection.
struct Repositories {
    explicit Repositories(SQLite::Database& database)
        : journal(database), cursors(database), alerts(database), alert_steps(database), silences(database),
          handovers(database), commands(database), credentials(database), memory(database), audit(database),
          dead_letters(database), media(database), entry_uses(database), list_versions(database),
          consents(database), accounts(database)
    {
    }

    JournalRepository journal;
    CursorRepository cursors;
    AlertRepository alerts;
    AlertStepRepository alert_steps;
    SilenceRepository silences;
    HandoverRepository handovers;
    CommandRepository commands;
    CredentialRepository credentials;
    MemoryRepository memory;
    AuditRepository audit;
    DeadLetterRepository dead_letters;
    MediaRepository media;
    EntryUseRepository entry_uses;
    ListVersionRepository list_versions;
    ConsentRepository consents;
    AccountRepository accounts;
};

} // namespace gatehouse::store
