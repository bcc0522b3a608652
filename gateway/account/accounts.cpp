#include "gateway/account/accounts.hpp"

#include "gateway/account/secret_text.hpp"
#include "gateway/base/sha256.hpp"

#include <algorithm>

namespace gatehouse::account {
namespace {

using base::Errc;

constexpr std::string_view token_prefix = "ghp_"; // so that a scan for secrets finds one that lies about
constexpr std::size_t name_max = 32;

std::string account_key(const std::string& name)
{
    return "account " + name;
}
std::string address_key(const std::string& address)
{
    return "address " + address;
}

Permissions permissions_in(const std::vector<std::string>& texts)
{
    Permissions found;
    for (const auto& text : texts)
        if (Permission one{}; parse(text, one)) found.add(one);
    return found;
}

// What changes who somebody is, said for the audit.
std::string told(const store::Account& account)
{
    std::string text = "role " + account.role;
    for (const auto& lane : account.lanes)
        text += ", lane " + lane;
    return account.disabled ? text + ", disabled" : text;
}

} // namespace

std::string flaw_of_name(std::string_view name)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    };
    if (name.empty() || name.size() > name_max || !std::all_of(name.begin(), name.end(), fits))
        return "a name has 1 to 32 of the characters a-z 0-9 . - _";
    return {};
}

Accounts::Accounts(Ports ports)
    : ports_(std::move(ports)), sessions_(ports_.clock), lock_out_(ports_.clock),
      let_in_(ports_.metrics.counter("gatehouse_logins_total", "log-ins", {{"result", "let_in"}})),
      refused_(ports_.metrics.counter("gatehouse_logins_total", "log-ins", {{"result", "refused"}})),
      locked_(ports_.metrics.counter("gatehouse_lock_outs_total", "accounts and addresses locked out"))
{
}

asio::awaitable<base::Result<void>> Accounts::load()
{
    const auto accounts = co_await ports_.store.accounts();
    if (!accounts) co_return accounts.error();
    const auto tokens = co_await ports_.store.tokens();
    if (!tokens) co_return tokens.error();
    for (const auto& account : *accounts)
        accounts_.emplace(account.name, account);
    for (const auto& token : *tokens)
        tokens_.emplace(token.id, token);
    if (accounts_.empty()) setup_code_ = random_code();
    co_return base::Result<void>();
}

// ---- who asks ----

// Whoever was given his password by somebody else can do nothing but choose one of his own.
Principal Accounts::principal_of(const Session& session) const
{
    Principal who;
    const auto found = accounts_.find(session.account);
    Role role{};
    if (found == accounts_.end() || !parse(found->second.role, role)) return who;
    who.name = session.account;
    who.role = role;
    if (!found->second.must_change) who.permissions = permissions_of(role);
    who.lanes = found->second.lanes;
    who.session = session.id;
    return who;
}

std::optional<Principal> Accounts::principal_of_token(const std::string& secret)
{
    if (!secret.starts_with(token_prefix)) return std::nullopt;
    const auto hash = base::sha256_hex(secret);
    const auto now = ports_.clock.wall();
    for (auto& [id, token] : tokens_) {
        if (!is_same_secret(token.sha256, hash) || now >= token.expires) continue;
        const auto hour = std::chrono::floor<std::chrono::hours>(now);
        tokens_used_ = tokens_used_ || token.last_used != hour;
        token.last_used = hour;
        Principal who;
        who.name = token.name;
        who.permissions = permissions_in(token.permissions);
        who.token = id;
        return who;
    }
    return std::nullopt;
}

bool Accounts::still(const Principal& who)
{
    if (!who.session.empty()) return sessions_.find(who.session, false) != nullptr;
    if (who.token.empty()) return true;
    const auto found = tokens_.find(who.token);
    return found != tokens_.end() && ports_.clock.wall() < found->second.expires;
}

// ---- coming and going ----

std::optional<std::chrono::seconds> Accounts::shut_for(const std::string& name,
                                                       const std::string& address) const
{
    return std::max(lock_out_.shut_for(account_key(name)), lock_out_.shut_for(address_key(address)));
}

asio::awaitable<Entrance> Accounts::log_in(std::string name, std::string password, std::string address)
{
    Entrance entrance;
    if (!flaw_of_name(name).empty()) name.clear(); // nobody's, and too long to be remembered
    if (const auto shut = shut_for(name, address)) {
        entrance.answer = Entrance::Answer::shut;
        entrance.again_in = *shut;
        co_return entrance;
    }
    bool locks = lock_out_.fail(account_key(name));
    locks = lock_out_.fail(address_key(address)) || locks;
    const auto found = accounts_.find(name);
    const bool usable = found != accounts_.end() && !found->second.disabled;
    const std::string hash = usable ? found->second.password : std::string();
    const auto right = co_await ports_.hasher.check(hash, password);
    if (!right || *right) lock_out_.take_back(address_key(address));
    if (!right) {
        lock_out_.take_back(account_key(name));
        entrance.answer = Entrance::Answer::busy;
        co_return entrance;
    }
    // It may have been changed, disabled or removed in the meantime.
    const auto now = accounts_.find(name);
    if (!*right || now == accounts_.end() || now->second.disabled || now->second.password != hash) {
        note_refused("log-in", name, address, locks);
        co_return entrance;
    }
    lock_out_.forget(account_key(name));
    let_in_.add();
    entrance.session = sessions_.begin(name).id;
    entrance.answer = Entrance::Answer::let_in;
    std::string renewed;
    if (ports_.hasher.is_outdated(hash))
        if (auto made = co_await ports_.hasher.hash(std::move(password))) renewed = std::move(*made);
    co_await note_log_in(std::move(name), std::move(renewed), std::move(address));
    co_return entrance;
}

// Who is in is in, whether the store takes the note or not: in a full house somebody must get in to help.
asio::awaitable<void> Accounts::note_log_in(std::string name, std::string renewed, std::string address)
{
    const auto found = accounts_.find(name);
    if (found == accounts_.end()) co_return;
    auto account = found->second;
    account.last_login = ports_.clock.wall();
    if (!renewed.empty()) account.password = std::move(renewed);
    const Actor actor{name + " (" + account.role + ", " + address + ")", address};
    auto row = record("log-in", "account " + name, "", actor);
    auto keeping = keep(std::move(account), std::move(row));
    (void)co_await std::move(keeping);
}

void Accounts::note_refused(std::string action, const std::string& name, const std::string& address,
                            bool locked)
{
    refused_.add();
    const std::string who = accounts_.contains(name) ? name : "unknown";
    auto row = record(std::move(action), "account " + who, "", Actor{who + " (" + address + ")", address});
    row.result = "refused";
    ports_.note(row);
    if (!locked) return;
    locked_.add();
    row.action = "lock-out";
    row.result = "15 min";
    ports_.note(row);
    ports_.note_lock_out("too many failures to log in: account " + who + ", from " + address);
}

asio::awaitable<Entrance> Accounts::set_up(std::string code, store::Account first, std::string password,
                                           std::string address)
{
    Entrance entrance;
    if (const auto shut = lock_out_.shut_for(address_key(address))) {
        entrance.answer = Entrance::Answer::shut;
        entrance.again_in = *shut;
        co_return entrance;
    }
    if (setup_code_.empty() || !is_same_secret(plain_code(code), setup_code_)) {
        const bool locks = lock_out_.fail(address_key(address));
        note_refused("set-up", first.name, address, locks);
        co_return entrance;
    }
    const auto open_code = std::exchange(setup_code_, {}); // nobody else, while this one waits
    first.role = std::string(to_string(Role::admin));
    const Actor actor{first.name + " (set-up, " + address + ")", address};
    const auto name = first.name;
    const auto made = co_await add(std::move(first), std::move(password), actor);
    if (!made) {
        setup_code_ = open_code;
        entrance.answer = Entrance::Answer::busy;
        co_return entrance;
    }
    auto own = accounts_.at(name);
    own.must_change = false; // whoever sets up has chosen it himself
    auto row = record("set-up", "account " + name, "", actor);
    auto keeping = keep(std::move(own), std::move(row));
    (void)co_await std::move(keeping);
    entrance.session = sessions_.begin(name).id;
    entrance.answer = Entrance::Answer::let_in;
    co_return entrance;
}

void Accounts::log_out(const Principal& who, const Actor& actor)
{
    sessions_.end(who.session);
    ports_.note(record("log-out", "account " + who.name, "", actor));
}

asio::awaitable<base::Result<void>> Accounts::change_password(Principal who, std::string old_one,
                                                              std::string new_one, Actor actor)
{
    if (shut_for(who.name, actor.address)) co_return Errc::locked_out;
    const bool locks = lock_out_.fail(account_key(who.name));
    const auto found = accounts_.find(who.name);
    if (found == accounts_.end()) co_return Errc::not_found;
    const std::string hash = found->second.password;
    const auto right = co_await ports_.hasher.check(hash, std::move(old_one));
    if (!right || *right) lock_out_.take_back(account_key(who.name));
    if (!right) co_return right.error();
    if (!*right) {
        note_refused("password-change", who.name, actor.address, locks);
        co_return Errc::unauthorised;
    }
    auto made = co_await ports_.hasher.hash(std::move(new_one));
    if (!made) co_return made.error();
    const auto now = accounts_.find(who.name);
    if (now == accounts_.end()) co_return Errc::not_found;
    auto account = now->second;
    account.password = std::move(*made);
    account.must_change = false;
    account.changed = ports_.clock.wall();
    auto row = record("password-change", "account " + who.name, "", actor);
    auto keeping = keep(std::move(account), std::move(row));
    const auto kept = co_await std::move(keeping);
    if (kept) sessions_.end_all_of(who.name, who.session);
    co_return kept;
}

// ---- accounts ----

asio::awaitable<base::Result<store::Account>> Accounts::add(store::Account wanted, std::string password,
                                                            Actor actor)
{
    if (accounts_.size() >= accounts_max) co_return Errc::too_large;
    if (accounts_.contains(wanted.name)) co_return Errc::already_exists;
    auto made = co_await ports_.hasher.hash(std::move(password));
    if (!made) co_return made.error();
    if (accounts_.contains(wanted.name)) co_return Errc::already_exists;
    wanted.password = std::move(*made);
    wanted.must_change = true;
    wanted.created = wanted.changed = ports_.clock.wall();
    auto row = record("account-add", "account " + wanted.name, told(wanted), actor);
    auto keeping = keep(wanted, std::move(row));
    const auto kept = co_await std::move(keeping);
    if (!kept) co_return kept.error();
    setup_code_.clear();
    co_return wanted;
}

asio::awaitable<base::Result<store::Account>> Accounts::change(std::string name, AccountWish wish,
                                                               Actor actor)
{
    const auto found = accounts_.find(name);
    if (found == accounts_.end()) co_return Errc::not_found;
    auto account = found->second;
    if (wish.display_name) account.display_name = std::move(*wish.display_name);
    if (wish.role) account.role = std::string(to_string(*wish.role));
    if (wish.lanes) account.lanes = std::move(*wish.lanes);
    if (wish.disabled) account.disabled = *wish.disabled;
    const bool stays_admin = account.role == to_string(Role::admin) && !account.disabled;
    if (!stays_admin && leaves_no_admin(name)) co_return Errc::conflict;
    account.changed = ports_.clock.wall();
    auto row = record("account-change", "account " + name, told(account), actor);
    auto keeping = keep(account, std::move(row));
    const auto kept = co_await std::move(keeping);
    if (!kept) co_return kept.error();
    if (wish.role || wish.lanes || wish.disabled) sessions_.end_all_of(name);
    co_return account;
}

asio::awaitable<base::Result<void>> Accounts::set_password(std::string name, std::string password,
                                                           Actor actor)
{
    if (!accounts_.contains(name)) co_return Errc::not_found;
    auto made = co_await ports_.hasher.hash(std::move(password));
    if (!made) co_return made.error();
    const auto found = accounts_.find(name);
    if (found == accounts_.end()) co_return Errc::not_found;
    auto account = found->second;
    account.password = std::move(*made);
    account.must_change = true;
    account.changed = ports_.clock.wall();
    auto row = record("password-set", "account " + name, "", actor);
    auto keeping = keep(std::move(account), std::move(row));
    const auto kept = co_await std::move(keeping);
    if (!kept) co_return kept;
    sessions_.end_all_of(name);
    lock_out_.forget(account_key(name));
    co_return kept;
}

asio::awaitable<base::Result<void>> Accounts::remove(std::string name, Actor actor)
{
    if (!accounts_.contains(name)) co_return Errc::not_found;
    if (leaves_no_admin(name)) co_return Errc::conflict;
    store::Change change;
    change.accounts_removed.push_back(name);
    change.audit.push_back(record("account-remove", "account " + name, "", actor));
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) co_return kept.error();
    accounts_.erase(name);
    sessions_.end_all_of(name);
    co_return base::Result<void>();
}

bool Accounts::leaves_no_admin(const std::string& name) const
{
    return std::none_of(accounts_.begin(), accounts_.end(), [&name](const auto& item) {
        return item.first != name && !item.second.disabled && item.second.role == to_string(Role::admin);
    });
}

// At once in memory, so that of two at the same time the second sees the first.
asio::awaitable<base::Result<void>> Accounts::keep(store::Account account, store::AuditRecord audit)
{
    const auto name = account.name;
    const auto found = accounts_.find(name);
    const auto before = found == accounts_.end() ? std::nullopt : std::optional(found->second);
    accounts_[name] = account;
    store::Change change;
    change.accounts.push_back(std::move(account));
    change.audit.push_back(std::move(audit));
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (kept) co_return base::Result<void>();
    if (before)
        accounts_[name] = *before;
    else
        accounts_.erase(name);
    co_return kept.error();
}

// ---- tokens ----

asio::awaitable<base::Result<Accounts::NewToken>> Accounts::add_token(std::string name,
                                                                      Permissions permissions,
                                                                      std::chrono::days life,
                                                                      std::string created_by, Actor actor)
{
    if (tokens_.size() >= tokens_max) co_return Errc::too_large;
    NewToken made;
    made.id = ports_.ids.next();
    made.secret = std::string(token_prefix) + random_secret();
    store::ApiToken token;
    token.id = made.id;
    token.name = std::move(name);
    token.sha256 = base::sha256_hex(made.secret);
    for (const auto permission : permissions.members())
        token.permissions.emplace_back(to_string(permission));
    token.created_by = std::move(created_by);
    token.created = ports_.clock.wall();
    token.expires = token.created + life;
    store::Change change;
    change.tokens.push_back(token);
    change.audit.push_back(record("token-add", "token " + made.id, token.name, actor));
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) co_return kept.error();
    tokens_[token.id] = std::move(token);
    co_return made;
}

asio::awaitable<base::Result<void>> Accounts::remove_token(std::string id, Actor actor)
{
    const auto found = tokens_.find(id);
    if (found == tokens_.end()) co_return Errc::not_found;
    store::Change change;
    change.tokens_removed.push_back(id);
    change.audit.push_back(record("token-remove", "token " + id, found->second.name, actor));
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) co_return kept.error();
    tokens_.erase(id);
    co_return base::Result<void>();
}

asio::awaitable<void> Accounts::note_use()
{
    if (!std::exchange(tokens_used_, false)) co_return;
    store::Change change;
    for (const auto& [id, token] : tokens_)
        change.tokens.push_back(token);
    const auto kept = co_await ports_.store.commit(std::move(change));
    tokens_used_ = tokens_used_ || !kept;
}

store::AuditRecord Accounts::record(std::string action, std::string target, std::string detail,
                                    const Actor& actor) const
{
    return {.at = ports_.clock.wall(),
            .actor = actor.text,
            .action = std::move(action),
            .target = std::move(target),
            .detail = std::move(detail),
            .result = "done"};
}

} // namespace gatehouse::account
