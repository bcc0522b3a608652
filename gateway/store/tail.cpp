#include "gateway/store/tail.hpp"

#include <algorithm>

namespace gatehouse::store {
namespace {

std::size_t bytes_of(const model::Entry& entry)
{
    return sizeof(model::Entry) + entry.data.size() * 2; // the body holds about as much text as the data
}

} // namespace

Tail::Tail(std::size_t rows_max, std::size_t bytes_max, std::array<std::int64_t, 2> floors)
    : rows_max_(rows_max), bytes_max_(bytes_max), floors_(floors)
{
}

void Tail::push(model::EntryPtr entry)
{
    bytes_ += bytes_of(*entry);
    entries_.push_back(std::move(entry));
    while (!entries_.empty() && (entries_.size() > rows_max_ || bytes_ > bytes_max_)) {
        const auto& oldest = *entries_.front();
        bytes_ -= bytes_of(oldest);
        floors_[static_cast<std::size_t>(oldest.priority)] = oldest.seq;
        entries_.pop_front();
    }
}

std::optional<std::vector<model::EntryPtr>> Tail::read_after(std::int64_t after, model::Priority priority,
                                                             std::size_t limit) const
{
    if (after < floors_[static_cast<std::size_t>(priority)]) return std::nullopt;
    auto at =
        std::upper_bound(entries_.begin(), entries_.end(), after,
                         [](std::int64_t seq, const model::EntryPtr& entry) { return seq < entry->seq; });
    std::vector<model::EntryPtr> found;
    for (; at != entries_.end() && found.size() < limit; ++at)
        if ((*at)->priority == priority) found.push_back(*at);
    return found;
}

} // namespace gatehouse::store
