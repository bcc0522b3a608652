#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/sql.hpp"

#include <vector>

namespace gatehouse::store {

// Who may use the API: accounts, and the tokens of programs.
class AccountRepository {
public:
    explicit AccountRepository(SQLite::Database& database);

    void put(const Account& account); // inserted, or replaced by name
    void remove(const std::string& name);
    void put(const ApiToken& token); // inserted, or replaced by id
    void remove_token(const std::string& id);
    [[nodiscard]] std::vector<Account> all();     // by name
    [[nodiscard]] std::vector<ApiToken> tokens(); // by id

private:
    SQLite::Database& database_;
    SQLite::Statement insert_;
    SQLite::Statement remove_;
    SQLite::Statement insert_token_;
    SQLite::Statement remove_token_;
};

} // namespace gatehouse::store
