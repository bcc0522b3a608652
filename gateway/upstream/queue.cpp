#include "gateway/upstream/queue.hpp"

#include <algorithm>
#include <limits>

namespace gatehouse::upstream {
namespace {

constexpr std::size_t waiting_max = 2 * Queue::page_max;
constexpr std::size_t done_max = 8192;

} // namespace

void Queue::start(std::int64_t cursor)
{
    cursor_ = cursor;
    floor_ = cursor;
    read_ = cursor;
}

void Queue::add(const std::vector<model::EntryPtr>& page)
{
    for (const auto& entry : page)
        waiting_.push_back(entry);
    if (!page.empty()) read_ = std::max(read_, page.back()->seq);
    while (waiting_.size() > waiting_max) {
        floor_ = waiting_.front()->seq;
        waiting_.pop_front();
    }
}

void Queue::skip_to(std::int64_t seq)
{
    read_ = std::max(read_, seq);
}

void Queue::jump(const std::vector<model::EntryPtr>& page)
{
    if (page.empty()) return;
    waiting_.clear();
    floor_ = page.front()->seq - 1;
    add(page);
}

bool Queue::fill(const std::vector<model::EntryPtr>& page, bool more)
{
    for (const auto& entry : page)
        if (!open_.contains(entry->seq) && !done_.contains(entry->seq)) waiting_.push_front(entry);
    floor_ = more ? page.back()->seq - 1 : cursor_;
    return advance();
}

model::EntryPtr Queue::opened(model::EntryPtr entry)
{
    open_.emplace(entry->seq, entry);
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
    if (open_.erase(seq) == 0) return false;
    if (done_.size() < done_max) done_.insert(seq);
    return advance();
}

// The cursor passes what is done and stops before the hole and before the first entry that is open or, taken
// out of order, still waits.
bool Queue::advance()
{
    if (has_hole()) return false;
    auto bound = std::numeric_limits<std::int64_t>::max();
    if (!waiting_.empty()) bound = waiting_.front()->seq;
    if (!open_.empty()) bound = std::min(bound, open_.begin()->first);
    const auto end = done_.lower_bound(bound);
    if (end == done_.begin()) return false;
    cursor_ = *std::prev(end);
    done_.erase(done_.begin(), end);
    return true;
}

void Queue::again(std::int64_t seq)
{
    auto entry = open_.extract(seq);
    if (entry.empty() || seq <= floor_) return; // what lies in the hole is read again
    const auto behind = [](const model::EntryPtr& left, std::int64_t right) { return left->seq < right; };
    waiting_.insert(std::lower_bound(waiting_.begin(), waiting_.end(), seq, behind),
                    std::move(entry.mapped()));
}

} // namespace gatehouse::upstream
