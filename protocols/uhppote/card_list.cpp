#include "protocols/uhppote/card_list.hpp"

#include "protocols/uhppote/event_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gatehouse::uhppote {

using base::Errc;
using base::Result;
using device::HeldEntry;
using device::ListResult;
using model::ListEntry;

namespace {

using namespace std::chrono_literals;

// The board always wants two days; these stand for "no bound".
constexpr Date first_day{2000, 1, 1};
constexpr Date last_day{2099, 12, 31};
constexpr std::uint8_t at_any_time = 1;

std::optional<std::uint32_t> number_of(const std::string& value)
{
    std::uint32_t number = 0;
    const auto* const end = value.data() + value.size();
    const auto found = std::from_chars(value.data(), end, number);
    if (found.ec != std::errc{} || found.ptr != end || !legal_card_number(number)) return std::nullopt;
    return number;
}

Date day_of(base::WallTime time, std::chrono::minutes utc_offset)
{
    const auto day = std::chrono::floor<std::chrono::days>(to_local(time, utc_offset));
    const std::chrono::year_month_day date{day};
    return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day()))};
}

ListResult told(const Result<void>& result)
{
    ListResult out;
    out.done = result.has_value();
    if (out.done) return out;
    const auto error = result.error();
    if (error == Errc::failed) {
        out.reason = "the board refused the card or kept something else; its list may be full, remove cards "
                     "/ 控制器拒绝此卡或保存有误；卡表可能已满，请删除不用的卡";
    } else if (error == Errc::timed_out) {
        out.again = true;
        out.reason = "the board does not answer";
    } else {
        out.again = true;
        out.reason = "the board cannot be reached: " + error.message();
    }
    return out;
}

ListResult refused(std::string why)
{
    ListResult out;
    out.reason = std::move(why);
    return out;
}

} // namespace

// ---- entries and cards; pure ----

// Nothing: none of the doors is one of this board.
std::optional<DoorRights> CardList::rights_of(const ListEntry& entry) const
{
    DoorRights rights{};
    if (entry.keep_out) return rights;
    bool any = false;
    for (int door = 1; door <= session_.config.doors; ++door) {
        const bool named = std::find(entry.outputs.begin(), entry.outputs.end(), door) != entry.outputs.end();
        if (!entry.outputs.empty() && !named) continue;
        rights.at(static_cast<std::size_t>(door) - 1) = at_any_time;
        any = true;
    }
    return any ? std::optional(rights) : std::nullopt;
}

CardList::Made CardList::card_of(const ListEntry& entry) const
{
    Made made;
    if (!takes(entry.type)) {
        made.why_not = "the board keeps cards only";
        return made;
    }
    const auto number = number_of(entry.value);
    const auto rights = rights_of(entry);
    if (!number) {
        made.why_not = "the board takes no such card number: decimal digits, below 4294967295";
        return made;
    }
    if (!rights) {
        made.why_not = fmt::format("none of its doors is at this board; doors = {}", session_.config.doors);
        return made;
    }
    const auto offset = session_.context.utc_offset;
    Card card;
    card.number = *number;
    card.doors = *rights;
    card.from = first_day;
    card.to = last_day;
    // Who is kept out is so on every day.
    if (entry.valid_from && !entry.keep_out)
        card.from = std::clamp(day_of(*entry.valid_from, offset), first_day, last_day);
    if (entry.valid_until && !entry.keep_out)
        card.to = std::clamp(day_of(*entry.valid_until, offset), first_day, last_day);
    made.card = card;
    return made;
}

ListEntry CardList::entry_of(const Card& card) const
{
    const auto offset = session_.context.utc_offset;
    ListEntry entry;
    entry.type = ListEntry::Type::card;
    entry.value = std::to_string(card.number);
    std::size_t doors = 0;
    for (int door = 1; door <= session_.config.doors; ++door) {
        const auto right = card.doors.at(static_cast<std::size_t>(door) - 1);
        if (right == 0 || right == 255) continue;
        entry.outputs.push_back(door);
        ++doors;
    }
    entry.keep_out = doors == 0;
    if (doors == static_cast<std::size_t>(session_.config.doors)) entry.outputs.clear();
    if (entry.keep_out) return entry;
    if (card.from && *card.from > first_day) entry.valid_from = to_wall(join(*card.from, {}), offset);
    const TimeOfDay last_second{23, 59, 59};
    if (card.to && *card.to < last_day) entry.valid_until = to_wall(join(*card.to, last_second), offset);
    return entry;
}

HeldEntry CardList::as_held(const ListEntry& entry) const
{
    HeldEntry held;
    const auto made = card_of(entry);
    held.why_not = made.why_not;
    if (made.card) held.entry = entry_of(*made.card);
    return held;
}

// ---- the board ----

asio::awaitable<Result<std::vector<ListEntry>>> CardList::read(ListEntry::Type type)
{
    if (!takes(type)) co_return Errc::unsupported;
    const auto cards = co_await cards_.all();
    if (!cards) co_return cards.error();
    std::vector<ListEntry> entries;
    for (const auto& card : *cards)
        entries.push_back(entry_of(card));
    co_return entries;
}

asio::awaitable<std::vector<ListResult>> CardList::write(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        auto result = co_await write_one(std::move(entry));
        results.push_back(std::move(result));
    }
    co_await audit("written", results);
    co_return results;
}

asio::awaitable<ListResult> CardList::write_one(ListEntry entry)
{
    auto made = card_of(entry);
    if (!made.card) co_return refused(std::move(made.why_not));
    auto& card = *made.card;
    const auto before = co_await cards_.find(card.number);
    if (!before && before.error() != Errc::not_found) co_return told(before.error());
    if (before) {
        card.pin = std::min(before->pin, pin_max);
        card.first_card = before->first_card;
        // A time profile is somebody's work at the board; a door that stays keeps it.
        for (std::size_t i = 0; i < card.doors.size(); ++i)
            if (card.doors[i] != 0 && before->doors[i] != 0 && before->doors[i] != 255)
                card.doors[i] = before->doors[i];
    }
    const auto written = co_await cards_.write_card(card);
    co_return told(written);
}

asio::awaitable<std::vector<ListResult>> CardList::remove(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        auto result = co_await remove_one(std::move(entry));
        results.push_back(std::move(result));
    }
    co_await audit("removed", results);
    co_return results;
}

asio::awaitable<ListResult> CardList::remove_one(ListEntry entry)
{
    const auto number = takes(entry.type) ? number_of(entry.value) : std::nullopt;
    if (!number) co_return told(Result<void>()); // such a thing is not there
    const auto erased = co_await cards_.erase_card(*number);
    co_return told(erased);
}

// Once for all of them, without anybody's number.
asio::awaitable<void> CardList::audit(std::string what, std::vector<ListResult> results)
{
    if (results.empty()) co_return;
    const auto failed = std::count_if(results.begin(), results.end(), [](const auto& r) { return !r.done; });
    auto detail = fmt::format("{} of {} cards {}", results.size() - static_cast<std::size_t>(failed),
                              results.size(), what);
    std::string result = failed == 0 ? "ok" : fmt::format("{} not {}", failed, what);
    co_await session_.audit("cards", std::move(detail), std::move(result));
}

} // namespace gatehouse::uhppote
