#pragma once
#include "gateway/base/clock.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace gatehouse::account {

// Counts failures to log in, of an account and of an address: the fifth shuts the door for a quarter of an
// hour. A try counts as failed from its beginning, so that many at once are no way around it. io thread only.
class LockOut {
public:
    static constexpr int failures_max = 5;
    static constexpr std::chrono::minutes span{15};
    static constexpr std::size_t keys_max = 1024;

    explicit LockOut(const base::Clock& clock) : clock_(clock) {}

    // How long it is still shut; nothing: it is open.
    [[nodiscard]] std::optional<std::chrono::seconds> shut_for(const std::string& key) const;
    // True when this one has shut the door.
    bool fail(const std::string& key);
    // The try was none after all, or succeeded.
    void take_back(const std::string& key);
    void forget(const std::string& key);

private:
    struct Row {
        int failures = 0;
        base::MonoTime last{};
    };
    void make_room();

    const base::Clock& clock_;
    std::map<std::string, Row> rows_; // the one that failed longest ago gives way
};

} // namespace gatehouse::account
