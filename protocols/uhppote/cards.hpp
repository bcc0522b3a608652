#pragma once
#include "protocols/uhppote/card_messages.hpp"
#include "protocols/uhppote/schedule_messages.hpp"
#include "protocols/uhppote/session.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace gatehouse::uhppote {

// The board's own list of cards and its time profiles: what a door is opened by while nobody watches. Each
// change is sent once, read back and audited, without card numbers.
class Cards {
public:
    explicit Cards(Session& session) : session_(session) {}

    // Errors: those of the exchange (timed_out ...); bad_input for what the board would take wrongly;
    // failed when the board refused or kept something else.
    asio::awaitable<base::Result<void>> put(Card card);
    // The same without the audit, for lists, which are told once as a whole.
    asio::awaitable<base::Result<void>> write_card(Card card);
    asio::awaitable<base::Result<void>> erase_card(std::uint32_t number);
    // Errors: not_found.
    asio::awaitable<base::Result<Card>> find(std::uint32_t number);
    // A card that was not there counts as removed.
    asio::awaitable<base::Result<void>> remove(std::uint32_t number);
    asio::awaitable<base::Result<void>> remove_all();
    asio::awaitable<base::Result<std::uint32_t>> count();
    // All of them, slot by slot, without those that were deleted.
    asio::awaitable<base::Result<std::vector<Card>>> all();

    asio::awaitable<base::Result<void>> put_profile(TimeProfile profile);
    // Errors: not_found.
    asio::awaitable<base::Result<TimeProfile>> find_profile(std::uint8_t id);
    asio::awaitable<base::Result<void>> clear_profiles();

private:
    asio::awaitable<base::Result<Packet>> ask(Packet question);
    // Sent once; failed when the board says no.
    asio::awaitable<base::Result<void>> change(Packet order);
    // For the audit; hands the result on.
    asio::awaitable<base::Result<void>> told(std::string what, std::string detail, base::Result<void> result);
    asio::awaitable<base::Result<void>> write_profile(TimeProfile profile);
    asio::awaitable<base::Result<void>> erase_all();

    Session& session_;
};

} // namespace gatehouse::uhppote
