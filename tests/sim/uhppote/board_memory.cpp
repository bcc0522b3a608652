#include "tests/sim/uhppote/board_memory.hpp"

#include <algorithm>

namespace gatehouse::sim::uhppote {
namespace {

constexpr std::uint32_t all_bits = 0xffffffff;
constexpr std::size_t card_size = 20;

std::string none()
{
    return u32(0);
}

} // namespace

std::uint32_t EventStore::add(Event event)
{
    if (events_.size() >= capacity_) drop_block();
    events_[++last_] = std::move(event);
    return last_;
}

void EventStore::clear()
{
    events_.clear();
    last_ = 0;
}

void EventStore::drop_block()
{
    for (std::uint32_t n = 0; n < block_ && !events_.empty(); ++n)
        events_.erase(events_.begin());
}

std::string EventStore::answer(std::uint32_t index) const
{
    if (events_.empty()) return none();
    if (index == 0) index = events_.begin()->first;
    if (index == all_bits) index = last_;
    const auto found = events_.find(index);
    if (found == events_.end()) return index <= last_ ? u32(index) + "\xff" : none();
    const auto& event = found->second;
    return u32(index) + static_cast<char>(event.type) + flag(event.granted) + static_cast<char>(event.door) +
           static_cast<char>(event.direction) + u32(event.card) + event.time +
           static_cast<char>(event.reason);
}

bool CardTable::put(const std::string& card)
{
    const auto number = u32_at(card, 0);
    if (number == 0 || number == all_bits || number == 0x00ffffff) return false;
    std::string kept = card;
    kept[18] = static_cast<char>(byte_at(card, 18) & 0x0f); // a PIN is cut to 20 bits without a word
    for (auto& slot : slots_)
        if (!slot.empty() && u32_at(slot, 0) == number) {
            slot = kept;
            return true;
        }
    if (count() >= capacity_) return false;
    const auto freed = std::find_if(slots_.begin(), slots_.end(), [](const auto& s) { return s.empty(); });
    if (freed != slots_.end())
        *freed = kept;
    else
        slots_.push_back(kept);
    return true;
}

bool CardTable::remove(std::uint32_t number)
{
    for (auto& slot : slots_)
        if (!slot.empty() && u32_at(slot, 0) == number) {
            slot.clear();
            return true;
        }
    return false;
}

std::size_t CardTable::count() const
{
    return static_cast<std::size_t>(
        std::count_if(slots_.begin(), slots_.end(), [](const auto& slot) { return !slot.empty(); }));
}

std::string CardTable::find(std::uint32_t number) const
{
    for (const auto& slot : slots_)
        if (!slot.empty() && u32_at(slot, 0) == number) return slot;
    return std::string(card_size, '\0');
}

std::string CardTable::at(std::uint32_t index) const
{
    if (index < 1 || index > slots_.size()) return none();
    const auto& slot = slots_[index - 1];
    return slot.empty() ? u32(all_bits) : slot;
}

int CardTable::reason(std::uint32_t number, int door, int today) const
{
    constexpr int accepted = 1;
    constexpr int no_privilege = 6;
    constexpr int denied = 18;
    const auto card = find(number);
    if (u32_at(card, 0) == 0) return no_privilege;
    if (byte_at(card, 12 + static_cast<std::size_t>(door) - 1) == 0) return no_privilege;
    if (today < day_at(card, 4) || (day_at(card, 8) != 0 && today > day_at(card, 8))) return denied;
    return accepted;
}

} // namespace gatehouse::sim::uhppote
