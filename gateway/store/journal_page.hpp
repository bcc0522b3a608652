#pragma once
#include "gateway/store/store.hpp"

namespace gatehouse::store {

// Entries of both priorities, in journal order, and up to where the journal has been read with them.
struct JournalPage {
    std::vector<model::EntryPtr> entries;
    std::int64_t upto = 0;
};

// What comes after `after`, not beyond `upto`. The classes are read apart and put together again; what lies
// beyond the end of a full page of `limit` waits for the next, so that no entry overtakes one of the other
// class. Errors: those of Store::read_after().
[[nodiscard]] asio::awaitable<base::Result<JournalPage>> read_page(Store& store, std::int64_t after,
                                                                   std::int64_t upto, std::size_t limit);

} // namespace gatehouse::store
