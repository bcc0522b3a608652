#pragma once
#include "gateway/audit/record.hpp"
#include "gateway/model/event.hpp"
#include "gateway/model/list_entry.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::store {

// A reader's position: everything up to and including `seq` in `priority` is done with. Readers: "rules",
// "sink/<name>".
struct CursorMove {
    std::string reader;
    model::Priority priority = model::Priority::event;
    std::int64_t seq = 0;
};

// An entry that a sink will never take, with the reason it gave.
struct DeadLetter {
    std::string reader;
    std::int64_t seq = 0;
    std::string reason;
    base::WallTime at{};
};

// A command's life: the intent is kept before anything is sent, the outcome when it is known.
struct CommandRecord {
    model::Command command;
    std::optional<model::Outcome> outcome; // absent: intent only
};

struct MemoryPut {
    std::string device;
    std::string key;
    std::string value;
};

// Kept for audit_days, chained (gateway/audit/chain.hpp).
using AuditRecord = audit::Record;

// One line of a plate, person or card list.
struct Credential {
    using Type = model::ListEntry::Type;
    Type type = Type::plate;
    std::string value;             // canonical plate text, person id or card number
    std::string list = "resident"; // resident | visitor | service | deny | ... ; deny refuses
    std::string name;              // whom it belongs to; personal data
    std::optional<base::WallTime> valid_from;
    std::optional<base::WallTime> valid_to;
    std::vector<std::string> lanes; // empty: all
    std::string note;
    std::string group;          // of the configuration; empty: none
    std::string reason;         // of a list that keeps out: why
    std::string instruction;    // what the guard is to do when it comes
    std::optional<int> entries; // how often it lets in from valid_from on; nothing: as often as one likes

    friend bool operator==(const Credential&, const Credential&) = default;
};

// One of a visitor's entries, used by a record that let it in.
struct EntryUse {
    std::string device; // the reader
    std::string device_key;
    Credential::Type type = Credential::Type::plate;
    std::string value;
    std::string list;
    std::string lane;
    base::WallTime at{};
};

// What one list said from a moment on; the store numbers it.
struct ListVersion {
    Credential::Type type = Credential::Type::plate;
    std::string list;
    int number = 0; // from 1, for each list
    base::WallTime at{};
    std::string actor;
    int restored = 0; // the number of the version whose content it has again; 0: a new content
    std::int64_t entries = 0;
    std::string csv; // the whole list
};
inline constexpr int list_versions_kept = 10; // of each list
// A version that is no longer in force names people who have left: an undo is thought of sooner.
inline constexpr std::chrono::days list_versions_age{30};

// That a person agrees to a purpose (domain.md P-03). Records are evidence: they stay when they are
// withdrawn.
struct Consent {
    std::string person;
    std::string purpose; // face | ...
    base::WallTime given_at{};
    std::string text_version; // of what was agreed to
    std::string method;       // on paper, in an app ...
    bool under_14 = false;
    std::string guardian; // who agreed for one under 14
    std::optional<base::WallTime> withdrawn_at;

    friend bool operator==(const Consent&, const Consent&) = default;
};

// That a terminal may hold a person's face, noted before it is sent; or that it does not any more.
struct FaceMark {
    std::string device;
    std::string person;
    bool gone = false;
};

// Somebody who logs in to the API.
struct Account {
    std::string name;
    std::string display_name;
    std::string role;               // a word of gateway/account/role.hpp
    std::vector<std::string> lanes; // the only ones he deals with; empty: all
    std::string password;           // its hash, with all that is needed to check it
    bool must_change = false;       // the password was given by somebody else
    bool disabled = false;
    base::WallTime created{};
    base::WallTime changed{}; // password, role, lanes or state
    std::optional<base::WallTime> last_login;

    friend bool operator==(const Account&, const Account&) = default;
};

// What a program shows instead of a password.
struct ApiToken {
    std::string id;
    std::string name;
    std::string sha256; // of the secret, which nobody keeps
    std::vector<std::string> permissions;
    std::string created_by;
    base::WallTime created{};
    base::WallTime expires{};
    std::optional<base::WallTime> last_used; // to the hour

    friend bool operator==(const ApiToken&, const ApiToken&) = default;
};

// All that one caller wants to have happened, in one transaction: all of it is on disk when the commit
// resumes, or none.
struct Change {
    std::vector<model::Event> events;
    std::vector<model::Alert> alerts; // inserted or replaced by id
    std::vector<model::AlertStep> alert_steps;
    std::vector<model::Silence> silences; // inserted or replaced by id
    std::vector<model::Handover> handovers;
    std::vector<CursorMove> cursors;
    std::vector<CommandRecord> commands; // inserted or replaced by command id
    std::vector<DeadLetter> dead_letters;
    std::vector<MemoryPut> memory;
    std::vector<AuditRecord> audit;
    // Replaces every credential of this type and list name.
    struct ListReplacement {
        Credential::Type type = Credential::Type::plate;
        std::string list;
        std::vector<Credential> credentials;
    };
    std::vector<ListReplacement> lists;
    std::vector<ListVersion> versions; // in their order; more than list_versions_kept push out the oldest
    std::vector<Consent> consents;     // inserted or replaced by person, purpose and given_at
    std::vector<FaceMark> faces;
    std::vector<EntryUse> entry_uses; // of a record that was counted before: nothing happens
    std::vector<Account> accounts;    // inserted or replaced by name
    std::vector<std::string> accounts_removed;
    std::vector<ApiToken> tokens; // inserted or replaced by id
    std::vector<std::string> tokens_removed;
};

// What became of one event of a Change. A repeat (same device and device_key as before) has no entry.
struct Appended {
    bool repeated = false;
    std::int64_t seq = 0; // of the entry, or of the earlier one when repeated
    model::EntryPtr entry;
};

} // namespace gatehouse::store
