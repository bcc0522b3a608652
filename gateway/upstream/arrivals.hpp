#pragma once
#include "gateway/base/clock.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>

namespace gatehouse::upstream {

// When entries came, by the monotonic clock: a wall clock that is set must not turn live entries into a
// backlog. Used by the dispatcher. Bounded: one note for a tenth of a second, kept for a minute and a half.
class Arrivals {
public:
    // Entries up to `seq` came before us: nobody here knows when.
    void start(std::int64_t seq) { last_ = before_ = forgotten_ = seq; }

    // The newest entry is `last` now.
    void note(std::int64_t last, base::MonoTime now)
    {
        if (last <= last_) return;
        last_ = last;
        if (notes_.empty() || now - notes_.back().at > step) notes_.push_back({last, now});
        notes_.back().last = last;
        while (now - notes_.front().at > span) {
            forgotten_ = notes_.front().last;
            notes_.pop_front();
        }
    }

    // Nothing: from before our start.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> age(std::int64_t seq, base::MonoTime now) const
    {
        if (seq <= before_) return std::nullopt;
        if (seq <= forgotten_) return span;
        const auto note =
            std::lower_bound(notes_.begin(), notes_.end(), seq,
                             [](const Note& left, std::int64_t right) { return left.last < right; });
        return note == notes_.end() ? std::chrono::nanoseconds(0) : now - note->at;
    }

private:
    static constexpr std::chrono::milliseconds step{100};
    static constexpr std::chrono::seconds span{90}; // longer than what makes an entry a replay
    struct Note {
        std::int64_t last = 0;
        base::MonoTime at{};
    };
    std::deque<Note> notes_; // ascending
    std::int64_t last_ = 0;
    std::int64_t before_ = 0;
    std::int64_t forgotten_ = 0;
};

} // namespace gatehouse::upstream
