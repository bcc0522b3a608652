#pragma once
#include "gateway/model/event.hpp"
#include "gateway/upstream/sink.hpp"

#include <deque>
#include <map>
#include <set>

namespace gatehouse::upstream {

// One priority class on its way to one sink: what has been read but not sent, what is open, and the cursor
// over the prefix that is done with. Events are read from the cursor on. Alerts are read from the newest end:
// between the cursor and the floor lies a hole of entries that nobody has read yet. No clock, no I/O; memory
// is bounded by two pages plus the window.
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
    // Entries in ascending order, all behind the read position. What becomes too much for memory is
    // forgotten, the oldest first, and read again from the hole; where nobody fills it, only when
    // wants_page().
    void add(const std::vector<model::EntryPtr>& page);
    // Nothing of this class lies between the read position and `seq`.
    void skip_to(std::int64_t seq);

    // The newest page, ascending: everything before it belongs to the hole.
    void jump(const std::vector<model::EntryPtr>& page);
    [[nodiscard]] bool has_hole() const { return floor_ > cursor_; }
    // The upper end of the hole.
    [[nodiscard]] std::int64_t floor() const { return floor_; }
    // The newest entries of the hole, newest first; `more`: others lie below them. True when the cursor
    // moved.
    bool fill(const std::vector<model::EntryPtr>& page, bool more);

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
    [[nodiscard]] std::size_t open() const { return open_.size(); }

private:
    model::EntryPtr opened(model::EntryPtr entry);
    bool advance();

    model::Priority priority_;
    std::int64_t cursor_ = 0;
    std::int64_t floor_ =
        0; // everything of this class behind it has been read; at the cursor or before: no hole
    std::int64_t read_ = 0;
    std::deque<model::EntryPtr> waiting_; // ascending, all behind the floor
    std::map<std::int64_t, model::EntryPtr> open_;
    std::set<std::int64_t>
        done_; // and not passed by the cursor yet; bounded: what is forgotten may be sent twice
};

} // namespace gatehouse::upstream
