#include "gateway/store/journal_page.hpp"

#include <algorithm>

namespace gatehouse::store {

asio::awaitable<base::Result<JournalPage>> read_page(Store& store, std::int64_t after, std::int64_t upto,
                                                     std::size_t limit)
{
    JournalPage page;
    page.upto = std::max(upto, after);
    if (page.upto == after) co_return page;
    for (const auto priority : {model::Priority::alert, model::Priority::event}) {
        const auto part = co_await store.read_after(after, priority, limit);
        if (!part) co_return part.error();
        if (part->size() >= limit) page.upto = std::min(page.upto, part->back()->seq);
        page.entries.insert(page.entries.end(), part->begin(), part->end());
    }
    std::erase_if(page.entries, [&](const model::EntryPtr& entry) { return entry->seq > page.upto; });
    std::sort(page.entries.begin(), page.entries.end(),
              [](const auto& a, const auto& b) { return a->seq < b->seq; });
    co_return page;
}

} // namespace gatehouse::store
