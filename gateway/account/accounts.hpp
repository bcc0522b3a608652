#pragma once
#include "gateway/account/hasher.hpp"
#include "gateway/account/lock_out.hpp"
#include "gateway/account/principal.hpp"
#include "gateway/account/sessions.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/store/store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::account {

// Who asks for a change, as the audit names him, and from where.
struct Actor {
    std::string text;    // "li (manager, 192.0.2.7)"
    std::string address; // empty: the control socket
};

// What became of a try to log in or to set up.
struct Entrance {
    enum class Answer {
        let_in,
        refused, // a wrong name, password or code, and it is not told which
        shut,    // too many failures: `again_in`
        busy     // too many at once
    };
    Answer answer = Answer::refused;
    std::string session; // its id
    std::chrono::seconds again_in{};
};

// What somebody wants an account to be; what is not there stays.
struct AccountWish {
    std::optional<std::string> display_name;
    std::optional<Role> role;
    std::optional<std::vector<std::string>> lanes;
    std::optional<bool> disabled;
};

// Everybody who may use the API: accounts, their sessions, tokens, and the code with which the first account
// is made. What changes is on disk, with a row of the audit, before the call resumes. io thread only.
class Accounts {
public:
    static constexpr std::size_t accounts_max = 500;
    static constexpr std::size_t tokens_max = 100;

    struct Ports {
        base::Clock& clock;
        base::Metrics& metrics;
        model::UlidSource& ids;
        store::Store& store;
        Hasher& hasher;
        std::function<void(store::AuditRecord)> note; // audited without waiting; a flood is counted only
        std::function<void(std::string detail)> note_lock_out; // whoever is on duty hears of it
    };

    explicit Accounts(Ports ports);

    // From the store. Without an account a code to set up with is made.
    asio::awaitable<base::Result<void>> load();
    void use(const config::SessionConfig& limits) { sessions_.use(limits); }

    [[nodiscard]] bool is_set_up() const { return !accounts_.empty(); }
    [[nodiscard]] const std::string& setup_code() const { return setup_code_; } // empty: it is set up

    // ---- who asks ----
    [[nodiscard]] const Session* session(const std::string& id, bool active)
    {
        return sessions_.find(id, active);
    }
    [[nodiscard]] Principal principal_of(const Session& session) const;
    // Nobody for a token that is unknown or too old.
    [[nodiscard]] std::optional<Principal> principal_of_token(const std::string& secret);
    // Whether whoever was let in would be let in still; to be asked now and then by what lasts.
    [[nodiscard]] bool still(const Principal& who);
    [[nodiscard]] const Sessions& sessions() const { return sessions_; }

    // ---- coming and going ----
    asio::awaitable<Entrance> log_in(std::string name, std::string password, std::string address);
    asio::awaitable<Entrance> set_up(std::string code, store::Account first, std::string password,
                                     std::string address);
    void log_out(const Principal& who, const Actor& actor);
    // Errors: unauthorised (the old one is wrong), overloaded.
    asio::awaitable<base::Result<void>> change_password(Principal who, std::string old_one,
                                                        std::string new_one, Actor actor);

    // ---- accounts. Errors: already_exists, not_found, conflict (no administrator would be left), too_large
    // (too many), and those of the store ----
    [[nodiscard]] const std::map<std::string, store::Account>& all() const { return accounts_; }
    asio::awaitable<base::Result<store::Account>> add(store::Account wanted, std::string password,
                                                      Actor actor);
    asio::awaitable<base::Result<store::Account>> change(std::string name, AccountWish wish, Actor actor);
    asio::awaitable<base::Result<void>> set_password(std::string name, std::string password, Actor actor);
    asio::awaitable<base::Result<void>> remove(std::string name, Actor actor);

    // ---- tokens: by id. Errors as above ----
    struct NewToken {
        std::string id;
        std::string secret; // shown once, kept by nobody
    };
    [[nodiscard]] const std::map<std::string, store::ApiToken>& tokens() const { return tokens_; }
    asio::awaitable<base::Result<NewToken>> add_token(std::string name, Permissions permissions,
                                                      std::chrono::days life, std::string created_by,
                                                      Actor actor);
    asio::awaitable<base::Result<void>> remove_token(std::string id, Actor actor);
    // Writes down which tokens were used; called by housekeeping.
    asio::awaitable<void> note_use();

private:
    [[nodiscard]] std::optional<std::chrono::seconds> shut_for(const std::string& name,
                                                               const std::string& address) const;
    void note_refused(std::string action, const std::string& name, const std::string& address, bool locked);
    [[nodiscard]] store::AuditRecord record(std::string action, std::string target, std::string detail,
                                            const Actor& actor) const;
    [[nodiscard]] bool leaves_no_admin(const std::string& name) const;
    asio::awaitable<base::Result<void>> keep(store::Account account, store::AuditRecord audit);
    asio::awaitable<void> note_log_in(std::string name, std::string renewed, std::string address);

    Ports ports_;
    Sessions sessions_;
    LockOut lock_out_;
    std::map<std::string, store::Account> accounts_; // by name
    std::map<std::string, store::ApiToken> tokens_;  // by id
    bool tokens_used_ = false;                       // since note_use()
    std::string setup_code_;
    base::Counter& let_in_;
    base::Counter& refused_;
    base::Counter& locked_;
};

// Why a name is none for an account, as a sentence; empty: it is one.
[[nodiscard]] std::string flaw_of_name(std::string_view name);

} // namespace gatehouse::account
