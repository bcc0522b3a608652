#pragma once
#include "gateway/access/consent_csv.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/store/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace gatehouse::access {

struct ConsentReport {
    bool imported = false;
    std::size_t records = 0; // that were, or would be, taken over
    std::size_t added = 0;
    std::size_t changed = 0;
    std::vector<LineError> errors;
};

// Keeps the records of consent. An import adds and changes records and never takes one away: a withdrawal is
// a record of its own time, and both are evidence. Whoever withdraws the consent to his face is noted for
// every terminal that may hold it; the list sync takes it away there. io thread only.
class ConsentBook {
public:
    // `terminals`: the devices that may hold faces now.
    ConsentBook(store::Store& store, base::Clock& clock, std::chrono::minutes utc_offset,
                std::function<std::vector<std::string>()> terminals);

    // Nothing is imported when a line has an error. Errors: those of the store.
    asio::awaitable<base::Result<ConsentReport>> import(std::string csv, std::string actor, bool dry_run);
    // Now. Errors: not_found (there is none that could be withdrawn), and those of the store.
    asio::awaitable<base::Result<void>> withdraw(std::string person, std::string purpose, std::string actor);

private:
    void note_withdrawals(store::Change& change) const;

    store::Store& store_;
    base::Clock& clock_;
    std::chrono::minutes utc_offset_;
    std::function<std::vector<std::string>()> terminals_;
};

} // namespace gatehouse::access
