#include "protocols/uhppote/cards.hpp"

#include "protocols/uhppote/device_messages.hpp"

#include <fmt/format.h>

namespace gatehouse::uhppote {

using base::Errc;
using base::Result;

namespace {

// Beyond what any board stores; a count above it is no count.
constexpr std::uint32_t cards_max = 100'000;

} // namespace

asio::awaitable<Result<Packet>> Cards::ask(Packet question)
{
    const auto reply = co_await session_.board.ask(question);
    if (!reply.ok()) co_return reply.error;
    co_return reply.packet;
}

asio::awaitable<Result<void>> Cards::change(Packet order)
{
    const auto reply = co_await session_.board.order(order);
    if (!reply.ok()) co_return reply.error;
    if (!succeeded(reply.packet)) co_return Errc::failed;
    co_return Result<void>();
}

asio::awaitable<Result<void>> Cards::told(std::string what, std::string detail, Result<void> result)
{
    std::string text = result ? "ok" : result.error().message();
    co_await session_.audit(std::move(what), std::move(detail), std::move(text));
    co_return result;
}

// ---- cards ----

asio::awaitable<Result<void>> Cards::put(Card card)
{
    // Nobody's number: that is personal.
    std::string detail = fmt::format("one card, doors {}", fmt::join(card.doors, " "));
    auto written = co_await write_card(card);
    co_return co_await told("card", std::move(detail), written);
}

asio::awaitable<Result<void>> Cards::write_card(Card card)
{
    const auto order = put_card(session_.config.serial, card);
    if (!order) co_return order.error();
    const auto written = co_await change(*order);
    if (!written) co_return written.error();
    const auto kept = co_await find(card.number);
    if (!kept) co_return kept.error();
    if (*kept != card) co_return Errc::failed;
    co_return Result<void>();
}

asio::awaitable<Result<Card>> Cards::find(std::uint32_t number)
{
    const auto answer = co_await ask(get_card(session_.config.serial, number));
    if (!answer) co_return answer.error();
    if (card_slot(*answer) != CardSlot::card) co_return Errc::not_found;
    co_return read_card(*answer);
}

asio::awaitable<Result<void>> Cards::remove(std::uint32_t number)
{
    auto erased = co_await erase_card(number);
    co_return co_await told("card", "one card removed", erased);
}

asio::awaitable<Result<void>> Cards::erase_card(std::uint32_t number)
{
    if (!legal_card_number(number)) co_return Errc::bad_input;
    const auto erased = co_await change(delete_card(session_.config.serial, number));
    if (!erased && erased.error() != Errc::failed) co_return erased.error();
    // Boards also say no when there is no such card.
    const auto left = co_await find(number);
    if (left) co_return Errc::failed;
    if (left.error() != Errc::not_found) co_return left.error();
    co_return Result<void>();
}

asio::awaitable<Result<void>> Cards::remove_all()
{
    auto erased = co_await erase_all();
    co_return co_await told("cards", "all cards removed", erased);
}

asio::awaitable<Result<void>> Cards::erase_all()
{
    const auto erased = co_await change(delete_all_cards(session_.config.serial));
    if (!erased) co_return erased.error();
    const auto left = co_await count();
    if (!left) co_return left.error();
    if (*left != 0) co_return Errc::failed;
    co_return Result<void>();
}

asio::awaitable<Result<std::uint32_t>> Cards::count()
{
    const Packet question(Code::count_cards, session_.config.serial);
    const auto answer = co_await ask(question);
    if (!answer) co_return answer.error();
    co_return read_card_count(*answer);
}

asio::awaitable<Result<std::vector<Card>>> Cards::all()
{
    const auto expected = co_await count();
    if (!expected) co_return expected.error();
    if (*expected > cards_max) co_return Errc::damaged;
    std::vector<Card> cards;
    // Deleted slots lie between them, so the count does not tell the last index.
    for (std::uint32_t index = 1; cards.size() < *expected && index <= cards_max; ++index) {
        const auto answer = co_await ask(get_card_at(session_.config.serial, index));
        if (!answer) co_return answer.error();
        const auto slot = card_slot(*answer);
        if (slot == CardSlot::none) break;
        if (slot == CardSlot::card) cards.push_back(read_card(*answer));
    }
    co_return cards;
}

// ---- time profiles ----

asio::awaitable<Result<void>> Cards::put_profile(TimeProfile profile)
{
    std::string detail = fmt::format("time profile {}", profile.id);
    auto written = co_await write_profile(profile);
    co_return co_await told("time profile", std::move(detail), written);
}

asio::awaitable<Result<void>> Cards::write_profile(TimeProfile profile)
{
    const auto order = set_time_profile(session_.config.serial, profile);
    if (!order) co_return order.error();
    const auto written = co_await change(*order);
    if (!written) co_return written.error();
    const auto kept = co_await find_profile(profile.id);
    if (!kept) co_return kept.error();
    if (*kept != profile) co_return Errc::failed;
    co_return Result<void>();
}

asio::awaitable<Result<TimeProfile>> Cards::find_profile(std::uint8_t id)
{
    const auto answer = co_await ask(get_time_profile(session_.config.serial, id));
    if (!answer) co_return answer.error();
    const auto profile = read_time_profile(*answer);
    if (!profile) co_return Errc::not_found;
    co_return *profile;
}

asio::awaitable<Result<void>> Cards::clear_profiles()
{
    auto cleared = co_await change(clear_time_profiles(session_.config.serial));
    co_return co_await told("time profiles", "all time profiles removed", cleared);
}

} // namespace gatehouse::uhppote
