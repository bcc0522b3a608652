#include "protocols/zkteco/record_numbers.hpp"

#include <algorithm>
#include <sstream>

namespace gatehouse::zkteco {
namespace {

constexpr std::size_t holes_max = 32;

} // namespace

void RecordNumbers::note(std::int64_t index, base::WallTime shown, base::MonoTime now)
{
    if (!last_) {
        last_ = index;
        last_shown_ = shown;
        return;
    }
    if (index <= *last_) {
        fill(index);
        // Older numbers with a newer time: the device counts anew.
        if (shown <= last_shown_) return;
        holes_.clear();
    } else if (index > *last_ + 1 && holes_.size() < holes_max) {
        holes_.push_back(Hole{*last_ + 1, index - 1, now});
    }
    last_ = index;
    last_shown_ = std::max(last_shown_, shown);
}

void RecordNumbers::fill(std::int64_t index)
{
    for (auto at = holes_.begin(); at != holes_.end(); ++at) {
        if (index < at->first || index > at->last) continue;
        const Hole hole = *at;
        holes_.erase(at);
        if (index > hole.first) holes_.push_back(Hole{hole.first, index - 1, hole.since});
        if (index < hole.last) holes_.push_back(Hole{index + 1, hole.last, hole.since});
        return;
    }
}

std::vector<RecordNumbers::Hole> RecordNumbers::overdue(base::MonoTime now,
                                                        std::chrono::milliseconds patience)
{
    std::vector<Hole> found;
    std::erase_if(holes_, [&](const Hole& hole) {
        const bool due = now - hole.since >= patience;
        if (due) found.push_back(hole);
        return due;
    });
    return found;
}

std::string RecordNumbers::to_memory() const
{
    return std::to_string(last_.value_or(0)) + " " + std::to_string(last_shown_.time_since_epoch().count());
}

void RecordNumbers::from_memory(const std::string& text)
{
    std::istringstream in(text);
    std::int64_t index = 0;
    std::int64_t shown = 0;
    if (!(in >> index >> shown)) return;
    last_ = index;
    last_shown_ = base::WallTime(std::chrono::milliseconds(shown));
}

} // namespace gatehouse::zkteco
