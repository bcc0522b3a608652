#include "gateway/store/account_repository.hpp"

#include "gateway/store/text_list.hpp"

namespace gatehouse::store {

AccountRepository::AccountRepository(SQLite::Database& database)
    : database_(database),
      insert_(database, "INSERT OR REPLACE INTO account (name, display_name, role, lanes, password, "
                        "must_change, disabled, created_ms, changed_ms, login_ms) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      remove_(database, "DELETE FROM account WHERE name = ?"),
      insert_token_(database, "INSERT OR REPLACE INTO api_token (id, name, sha256, permissions, created_by, "
                              "created_ms, expires_ms, used_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      remove_token_(database, "DELETE FROM api_token WHERE id = ?")
{
}

void AccountRepository::put(const Account& account)
{
    Reset guard{insert_};
    const auto lanes = write_list(account.lanes);
    sql::bind_all(insert_, account.name, account.display_name, account.role, lanes, account.password,
                  account.must_change, account.disabled, account.created, account.changed,
                  account.last_login);
    insert_.executeStep();
}

void AccountRepository::remove(const std::string& name)
{
    Reset guard{remove_};
    sql::bind_all(remove_, name);
    remove_.executeStep();
}

void AccountRepository::put(const ApiToken& token)
{
    Reset guard{insert_token_};
    const auto permissions = write_list(token.permissions);
    sql::bind_all(insert_token_, token.id, token.name, token.sha256, permissions, token.created_by,
                  token.created, token.expires, token.last_used);
    insert_token_.executeStep();
}

void AccountRepository::remove_token(const std::string& id)
{
    Reset guard{remove_token_};
    sql::bind_all(remove_token_, id);
    remove_token_.executeStep();
}

std::vector<Account> AccountRepository::all()
{
    SQLite::Statement row(database_,
                          "SELECT name, display_name, role, lanes, password, must_change, disabled, "
                          "created_ms, changed_ms, login_ms FROM account ORDER BY name");
    std::vector<Account> found;
    while (row.executeStep())
        found.push_back(Account{.name = sql::text(row, 0),
                                .display_name = sql::text(row, 1),
                                .role = sql::text(row, 2),
                                .lanes = read_list(sql::text(row, 3)),
                                .password = sql::text(row, 4),
                                .must_change = sql::number(row, 5) != 0,
                                .disabled = sql::number(row, 6) != 0,
                                .created = sql::time(row, 7),
                                .changed = sql::time(row, 8),
                                .last_login = sql::optional_time(row, 9)});
    return found;
}

std::vector<ApiToken> AccountRepository::tokens()
{
    SQLite::Statement row(database_, "SELECT id, name, sha256, permissions, created_by, created_ms, "
                                     "expires_ms, used_ms FROM api_token ORDER BY id");
    std::vector<ApiToken> found;
    while (row.executeStep())
        found.push_back(ApiToken{.id = sql::text(row, 0),
                                 .name = sql::text(row, 1),
                                 .sha256 = sql::text(row, 2),
                                 .permissions = read_list(sql::text(row, 3)),
                                 .created_by = sql::text(row, 4),
                                 .created = sql::time(row, 5),
                                 .expires = sql::time(row, 6),
                                 .last_used = sql::optional_time(row, 7)});
    return found;
}

} // namespace gatehouse::store
