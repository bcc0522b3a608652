#include "gateway/upstream/queue.hpp"

#include <algorithm>

namespace gatehouse::upstream {

void Queue::start(std::int64_t cursor)
{
    cursor_ = cursor;
    read_ = cursor;
}

void Queue::add(const std::vector<model::EntryPtr>& page)
{
    for (const auto& entry : page)
        waiting_.push_back(entry);
    if (!page.empty()) read_ = std::max(read_, page.back()->seq);
}

void Queue::skip_to(std::int64_t seq)
{
    read_ = std::max(read_, seq);
}

model::EntryPtr Queue::opened(model::EntryPtr entry)
{
    slots_.emplace(entry->seq, Slot{entry});
    ++open_;
    return entry;
}

model::EntryPtr Queue::take_front()
{
    auto entry = std::move(waiting_.front());
    waiting_.pop_front();
    return opened(std::move(entry));
}

model::EntryPtr Queue::take_back()
{
    auto entry = std::move(waiting_.back());
    waiting_.pop_back();
    return opened(std::move(entry));
}

bool Queue::done(std::int64_t seq)
{
    const auto slot = slots_.find(seq);
    if (slot == slots_.end() || !slot->second.entry) return false;
    slot->second.entry.reset();
    --open_;
    // The cursor passes what is done and stops before the first entry that is open or, taken out of order,
    // still waits.
    const auto bound = waiting_.empty() ? std::numeric_limits<std::int64_t>::max() : waiting_.front()->seq;
    bool moved = false;
    while (!slots_.empty() && !slots_.begin()->second.entry && slots_.begin()->first < bound) {
        cursor_ = slots_.begin()->first;
        slots_.erase(slots_.begin());
        moved = true;
    }
    return moved;
}

void Queue::again(std::int64_t seq)
{
    auto slot = slots_.extract(seq);
    if (slot.empty() || !slot.mapped().entry) return;
    --open_;
    auto& entry = slot.mapped().entry;
    const auto behind = [](const model::EntryPtr& left, std::int64_t right) { return left->seq < right; };
    waiting_.insert(std::lower_bound(waiting_.begin(), waiting_.end(), seq, behind), std::move(entry));
}

} // namespace gatehouse::upstream
