#include "gateway/account/accounts.hpp"

#include "gateway/account/password.hpp"
#include "gateway/account/secret_text.hpp"
#include "tests/fakes/counting_metrics.hpp"
#include "tests/fakes/fake_store.hpp"
#include "tests/fakes/manual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <set>

namespace gatehouse::account {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using Answer = Entrance::Answer;

class AccountsTest : public testing::Test {
protected:
    AccountsTest() { start(); }

    // As after a restart: only what the store keeps is still there.
    void start()
    {
        accounts = std::make_unique<Accounts>(Accounts::Ports{
            .clock = clock,
            .metrics = metrics,
            .ids = ids,
            .store = store,
            .hasher = hasher,
            .note = [this](store::AuditRecord row) { noted.push_back(std::move(row)); },
            .note_lock_out = [this](const std::string& detail) { lock_outs.push_back(detail); }});
        EXPECT_TRUE(run(accounts->load()));
    }
    template <class T>
    T run(asio::awaitable<T> work)
    {
        std::optional<T> result;
        asio::co_spawn(io, std::move(work),
                       [&result](const std::exception_ptr&, T made) { result = std::move(made); });
        io.restart();
        io.run();
        return std::move(*result);
    }
    void add(const std::string& name, Role role)
    {
        store::Account wanted;
        wanted.name = name;
        wanted.role = std::string(to_string(role));
        ASSERT_TRUE(run(accounts->add(wanted, "right horse", actor)));
    }
    Entrance log_in(const std::string& name, const std::string& password,
                    const std::string& address = "192.0.2.1")
    {
        return run(accounts->log_in(name, password, address));
    }
    bool alive(const std::string& session) { return accounts->session(session, false) != nullptr; }
    std::string hashed(const std::string& password) const
    {
        return "hash of " + password + ", costs " + std::to_string(costs);
    }
    Entrance set_up(const std::string& code)
    {
        store::Account first;
        first.name = "zhang";
        return run(accounts->set_up(code, first, "right horse", "192.0.2.9"));
    }

    asio::io_context io;
    fakes::ManualClock clock;
    fakes::CountingMetrics metrics;
    base::Random random{1};
    model::UlidSource ids{clock, random};
    fakes::FakeStore store{io.get_executor()};
    int checks = 0;
    int costs = 1;
    Hasher hasher{io.get_executor(),
                  {[this](const std::string& password) { return hashed(password); },
                   [this](const std::string& hash, const std::string& password) {
                       ++checks;
                       return hash.starts_with("hash of " + password + ",");
                   },
                   [this](const std::string& hash) { return !hash.ends_with(std::to_string(costs)); }}};
    std::vector<store::AuditRecord> noted;
    std::vector<std::string> lock_outs;
    std::unique_ptr<Accounts> accounts;
    const Actor actor{"zhang (admin, 192.0.2.9)", "192.0.2.9"};
};

TEST_F(AccountsTest, TheCodeOfTheFirstStartMakesTheFirstAdministratorOnce)
{
    const auto code = accounts->setup_code();
    EXPECT_EQ(code.size(), 14U);
    EXPECT_EQ(set_up("AAAA-AAAA-AAAA").answer, Answer::refused);
    auto typed = code.substr(0, 4) + " " + code.substr(5, 4) + code.substr(10);
    for (auto& c : typed)
        c = static_cast<char>(std::tolower(c));
    const auto entrance = set_up(typed);
    EXPECT_EQ(entrance.answer, Answer::let_in);
    EXPECT_EQ(accounts->principal_of(*accounts->session(entrance.session, true)).role, Role::admin);
    EXPECT_EQ(accounts->setup_code(), "");
    EXPECT_EQ(set_up(code).answer, Answer::refused);
    start();
    EXPECT_TRUE(accounts->is_set_up());
    EXPECT_EQ(accounts->setup_code(), "");
    EXPECT_FALSE(alive(entrance.session)) << "sessions live in memory only";
    EXPECT_EQ(log_in("zhang", "right horse").answer, Answer::let_in);
}

TEST_F(AccountsTest, TheCodeIsShutToAnAddressAfterFiveFailures)
{
    const auto code = accounts->setup_code();
    for (int i = 0; i < LockOut::failures_max; ++i)
        EXPECT_EQ(set_up("AAAA-AAAA-AAAA").answer, Answer::refused);
    EXPECT_EQ(set_up(code).answer, Answer::shut);
    clock.advance(LockOut::span);
    EXPECT_EQ(set_up(code).answer, Answer::let_in);
}

TEST_F(AccountsTest, EveryLogInGetsASessionThatNobodyHadBefore)
{
    add("li", Role::guard);
    std::set<std::string> seen;
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(seen.insert(log_in("li", "right horse").session).second);
    for (const auto& id : seen)
        EXPECT_EQ(id.size(), 43U) << "256 bits";
}

TEST_F(AccountsTest, AnUnknownNameCostsAsMuchAsAKnownOne)
{
    add("li", Role::guard);
    EXPECT_EQ(log_in("li", "wrong").answer, Answer::refused);
    EXPECT_EQ(checks, 1);
    EXPECT_EQ(log_in("nobody", "wrong").answer, Answer::refused);
    EXPECT_EQ(checks, 2);
    EXPECT_EQ(noted.back().actor, "unknown (192.0.2.1)") << "a mistyped name may be a password";
    EXPECT_EQ(log_in(std::string(60'000, 'x'), "wrong").answer, Answer::refused);
    EXPECT_EQ(checks, 3);
}

TEST_F(AccountsTest, TheFifthFailureShutsTheAccountForAQuarterOfAnHour)
{
    add("li", Role::guard);
    for (int i = 0; i < LockOut::failures_max; ++i)
        EXPECT_EQ(log_in("li", "wrong", "192.0.2." + std::to_string(10 + i)).answer, Answer::refused);
    EXPECT_EQ(lock_outs.size(), 1U);
    EXPECT_EQ(noted.back().action, "lock-out");
    const auto before = checks;
    const auto shut = log_in("li", "right horse");
    EXPECT_EQ(shut.answer, Answer::shut);
    EXPECT_EQ(shut.again_in, 15min);
    EXPECT_EQ(checks, before) << "nothing is tried while it is shut";
    clock.advance(15min);
    EXPECT_EQ(log_in("li", "right horse").answer, Answer::let_in);
}

TEST_F(AccountsTest, TheFifthFailureShutsTheAddressForAllAccounts)
{
    add("li", Role::guard);
    for (int i = 0; i < LockOut::failures_max; ++i)
        EXPECT_EQ(log_in("nobody" + std::to_string(i), "wrong").answer, Answer::refused);
    EXPECT_EQ(log_in("li", "right horse").answer, Answer::shut);
    EXPECT_EQ(log_in("li", "right horse", "192.0.2.2").answer, Answer::let_in);
}

TEST_F(AccountsTest, ManyTriesAtOnceAreNoMoreThanFive)
{
    add("li", Role::guard);
    std::map<Answer, int> answers;
    for (int i = 0; i < 9; ++i)
        asio::co_spawn(io, accounts->log_in("li", "wrong", "192.0.2.1"),
                       [&answers](const std::exception_ptr&, const Entrance& e) { ++answers[e.answer]; });
    io.restart();
    io.run();
    EXPECT_EQ(answers[Answer::refused], LockOut::failures_max);
    EXPECT_EQ(answers[Answer::shut], 4);
}

TEST_F(AccountsTest, ASessionEndsWhenNobodyIsThereAndInAnyCaseAfterHalfADay)
{
    add("li", Role::guard);
    auto id = log_in("li", "right horse").session;
    clock.advance(14min);
    EXPECT_NE(accounts->session(id, true), nullptr);
    clock.advance(14min);
    EXPECT_NE(accounts->session(id, false), nullptr) << "asked in the background";
    clock.advance(1min);
    EXPECT_EQ(accounts->session(id, true), nullptr);
    id = log_in("li", "right horse").session;
    for (int i = 0; i < 71; ++i) {
        clock.advance(10min);
        ASSERT_NE(accounts->session(id, true), nullptr);
    }
    clock.advance(10min);
    EXPECT_EQ(accounts->session(id, true), nullptr);
}

TEST_F(AccountsTest, TheNinthSessionOfAnAccountEndsTheOneThatWasIdleLongest)
{
    add("li", Role::guard);
    std::vector<std::string> ids_seen;
    for (std::size_t i = 0; i <= Sessions::most_of_account; ++i) {
        ids_seen.push_back(log_in("li", "right horse").session);
        clock.advance(1s);
    }
    EXPECT_FALSE(alive(ids_seen.front()));
    EXPECT_TRUE(alive(ids_seen.back()));
    EXPECT_EQ(accounts->sessions().size(), Sessions::most_of_account);
}

TEST_F(AccountsTest, ASessionDoesNotOutliveAChangeOfTheAccount)
{
    add("zhang", Role::admin);
    add("li", Role::guard);
    auto id = log_in("li", "right horse").session;
    AccountWish promoted;
    promoted.role = Role::manager;
    ASSERT_TRUE(run(accounts->change("li", promoted, actor)));
    EXPECT_FALSE(alive(id));
    id = log_in("li", "right horse").session;
    ASSERT_TRUE(run(accounts->set_password("li", "other horse", actor)));
    EXPECT_FALSE(alive(id));
    id = log_in("li", "other horse").session;
    const auto other = log_in("li", "other horse").session;
    const auto who = accounts->principal_of(*accounts->session(id, true));
    EXPECT_TRUE(who.permissions.empty()) << "until there is a password of one's own";
    EXPECT_EQ(run(accounts->change_password(who, "wrong", "third horse", actor)).error(), Errc::unauthorised);
    ASSERT_TRUE(run(accounts->change_password(who, "other horse", "third horse", actor)));
    EXPECT_TRUE(alive(id)) << "the one that changed it goes on";
    EXPECT_FALSE(alive(other));
    EXPECT_EQ(accounts->principal_of(*accounts->session(id, true)).permissions,
              permissions_of(Role::manager));
    AccountWish off;
    off.disabled = true;
    ASSERT_TRUE(run(accounts->change("li", off, actor)));
    EXPECT_FALSE(alive(id));
    EXPECT_EQ(log_in("li", "third horse").answer, Answer::refused);
    ASSERT_TRUE(run(accounts->remove("li", actor)));
    EXPECT_EQ(run(accounts->remove("li", actor)).error(), Errc::not_found);
}

TEST_F(AccountsTest, TheLastAdministratorStays)
{
    add("zhang", Role::admin);
    add("li", Role::guard);
    AccountWish off;
    off.disabled = true;
    EXPECT_EQ(run(accounts->change("zhang", off, actor)).error(), Errc::conflict);
    EXPECT_EQ(run(accounts->remove("zhang", actor)).error(), Errc::conflict);
    add("wang", Role::admin);
    EXPECT_TRUE(run(accounts->remove("zhang", actor)));
}

TEST_F(AccountsTest, AHashMadeWithOldCostsIsRenewedByTheNextLogIn)
{
    add("li", Role::guard);
    log_in("li", "right horse");
    EXPECT_EQ(store.account_table.at("li").last_login, clock.wall());
    EXPECT_EQ(store.account_table.at("li").password, "hash of right horse, costs 1");
    costs = 2;
    log_in("li", "right horse");
    EXPECT_EQ(store.account_table.at("li").password, "hash of right horse, costs 2");
    EXPECT_EQ(log_in("li", "right horse").answer, Answer::let_in);
}

TEST_F(AccountsTest, ATokenMayWhatItWasGivenUntilItsTimeIsOver)
{
    const auto made =
        run(accounts->add_token("charts", {Permission::metrics_read}, std::chrono::days(1), "zhang", actor));
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->secret.starts_with("ghp_"));
    EXPECT_EQ(store.token_table.begin()->second.sha256.size(), 64U);
    const auto who = accounts->principal_of_token(made->secret);
    ASSERT_TRUE(who);
    EXPECT_TRUE(who->may(Permission::metrics_read));
    EXPECT_FALSE(who->may(Permission::status_read));
    EXPECT_FALSE(accounts->principal_of_token(made->secret + "x"));
    start();
    EXPECT_TRUE(accounts->principal_of_token(made->secret));
    clock.advance(24h);
    EXPECT_FALSE(accounts->principal_of_token(made->secret));
    EXPECT_FALSE(accounts->still(*who));
    EXPECT_TRUE(run(accounts->remove_token(made->id, actor)));
    EXPECT_TRUE(store.token_table.empty());
}

TEST_F(AccountsTest, NothingChangesThatTheStoreDoesNotTake)
{
    add("zhang", Role::admin);
    store.fail_commits(Errc::failed);
    store::Account li;
    li.name = "li";
    li.role = "guard";
    EXPECT_FALSE(run(accounts->add(li, "right horse", actor)));
    EXPECT_FALSE(accounts->all().contains("li"));
    EXPECT_EQ(store.audit_table.size(), 1U);
    EXPECT_EQ(store.audit_table[0].actor, actor.text);
}

TEST(Hasher, TurnsAwayWhoeverWouldWaitTooLong)
{
    asio::io_context io;
    Hasher hasher(io.get_executor(), {[](const std::string&) { return std::string("h"); }, {}, {}});
    int made = 0;
    int turned_away = 0;
    for (std::size_t i = 0; i < Hasher::waiting_max + 3; ++i)
        asio::co_spawn(io, hasher.hash("x"),
                       [&](const std::exception_ptr&, const base::Result<std::string>& result) {
                           result ? ++made : ++turned_away;
                           EXPECT_TRUE(result || result.error() == Errc::overloaded);
                       });
    io.run();
    EXPECT_EQ(made, static_cast<int>(Hasher::waiting_max) + 1);
    EXPECT_EQ(turned_away, 2);
}

TEST(Password, IsLongEnoughAndNotWhatEverybodyTries)
{
    EXPECT_EQ(flaw_of_password("right horse", "li"), "");
    EXPECT_EQ(flaw_of_password("\xe9\x97\xa8\xe9\x97\xa8\xe5\xbc\x80\xe9\x97\xa8\xe9\x97\xa8\xe5\x85\xb3\xe9"
                               "\x97\xa8\xe5\xbc\x80\xe9\x97\xa8",
                               "li"),
              "");
    for (const auto* bad : {"", "seven77", "12345678", "Password1", "aaaaaaaaaa", "zhangsan1"})
        EXPECT_NE(flaw_of_password(bad, "zhangsan1"), "") << bad;
    EXPECT_NE(flaw_of_password(std::string(129, 'x') + "y", "li"), "");
    EXPECT_EQ(flaw_of_name("li.ming-2"), "");
    for (const auto* bad : {"", "Li", "li ming", "a/b", "\xe6\x9d\x8e"})
        EXPECT_NE(flaw_of_name(bad), "") << bad;
}

TEST(Password, IsKeptAsArgon2idAndComparedBySodium)
{
    const auto hash = hash_password("right horse");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,"));
    EXPECT_TRUE(is_password(hash, "right horse"));
    EXPECT_FALSE(is_password(hash, "wrong horse"));
    EXPECT_FALSE(is_password("", ""));
    EXPECT_FALSE(is_outdated(hash));
    EXPECT_TRUE(is_outdated("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG"));
}

TEST(Role, AndPermissionHaveWordsThatComeBack)
{
    for (const auto role : roles) {
        Role back{};
        EXPECT_TRUE(parse(to_string(role), back));
        EXPECT_EQ(back, role);
    }
    for (const auto permission : Permissions::all().members()) {
        Permission back{};
        EXPECT_TRUE(parse(to_string(permission), back));
        EXPECT_EQ(back, permission);
    }
    EXPECT_EQ(Permissions::all().members().size(), permission_count);
    EXPECT_EQ(permissions_of(Role::admin), Permissions::all());
}

TEST(Code, HasNoLetterThatIsTakenForAnother)
{
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const auto code = random_code();
        EXPECT_EQ(code.find_first_of("01OI"), std::string::npos);
        EXPECT_EQ(plain_code(code), code);
        EXPECT_TRUE(seen.insert(code).second);
    }
}

} // namespace
} // namespace gatehouse::account
