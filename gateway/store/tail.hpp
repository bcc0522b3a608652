#pragma once
#include "gateway/model/event.hpp"

#include <array>
#include <deque>
#include <optional>

namespace gatehouse::store {

// The newest entries in memory, for readers that have caught up. Bounded in rows and bytes. io thread only.
class Tail {
public:
    // `floors`: per priority, the newest entry that is on disk and not here.
    Tail(std::size_t rows_max, std::size_t bytes_max, std::array<std::int64_t, 2> floors);

    // In ascending order of seq.
    void push(model::EntryPtr entry);
    // Nothing when entries after `after` may be missing here: ask the history.
    [[nodiscard]] std::optional<std::vector<model::EntryPtr>>
    read_after(std::int64_t after, model::Priority priority, std::size_t limit) const;

private:
    std::size_t rows_max_;
    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::array<std::int64_t, 2> floors_;
    std::deque<model::EntryPtr> entries_;
};

} // namespace gatehouse::store
