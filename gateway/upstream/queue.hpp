#pragma once
#include "gateway/model/event.hpp"
#include "gateway/upstream/sink.hpp"

#include <deque>
#include <map>

namespace gatehouse::upstream {

// One priority class on its way to one sink: what has been read but not sent, what is open, and the cursor
// over the prefix that is done with. No clock, no I/O; memory is bounded by one page plus the window.
class Queue {
public:
    static constexpr std::size_t page_max = 256;

    explicit Queue(model::Priority priority) : priority_(priority) {}

    // Where the stored cursor stands; before the first page.
    void start(std::int64_t cursor);
    [[nodiscard]] model::Priority priority() const { return priority_; }
    [[nodiscard]] std::int64_t cursor() const { return cursor_; }
    // Where to read on.
    [[nodiscard]] std::int64_t read_position() const { return read_; }
    [[nodiscard]] bool wants_page() const { return waiting_.size() < page_max / 2; }
    // Entries in ascending order, all behind the read position.
    void add(const std::vector<model::EntryPtr>& page);
    // Nothing of this class lies between the read position and `seq`.
    void skip_to(std::int64_t seq);

    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    [[nodiscard]] const model::EntryPtr& front() const { return waiting_.front(); }
    [[nodiscard]] const model::EntryPtr& back() const { return waiting_.back(); }
    // The entry becomes open.
    model::EntryPtr take_front();
    model::EntryPtr take_back();

    // Done with: delivered or filed as a dead letter. True when the cursor moved.
    bool done(std::int64_t seq);
    // Back among the waiting, in its place.
    void again(std::int64_t seq);
    [[nodiscard]] std::size_t open() const { return open_; }

private:
    struct Slot {
        model::EntryPtr entry; // null: done, but something before it is not
    };
    model::EntryPtr opened(model::EntryPtr entry);

    model::Priority priority_;
    std::int64_t cursor_ = 0;
    std::int64_t read_ = 0;
    std::deque<model::EntryPtr> waiting_; // ascending
    std::map<std::int64_t, Slot> slots_;  // ascending; sent, and not yet behind the cursor
    std::size_t open_ = 0;
};

} // namespace gatehouse::upstream
