#include "protocols/uhppote/card_messages.hpp"

#include <algorithm>

namespace gatehouse::uhppote {
namespace {

constexpr std::uint32_t all_bits = 0xffffffff;
constexpr std::uint32_t all_bits_wiegand = 0x00ffffff;

Packet of_number(Code code, std::uint32_t serial, std::uint32_t number)
{
    Packet request(code, serial);
    request.put32(8, number);
    return request;
}

} // namespace

bool legal_card_number(std::uint32_t number)
{
    return number != 0 && number != all_bits && number != all_bits_wiegand;
}

base::Result<Packet> put_card(std::uint32_t serial, const Card& card)
{
    if (!legal_card_number(card.number) || card.pin > pin_max || !card.from || !card.to)
        return base::Errc::bad_input;
    if (std::find(card.doors.begin(), card.doors.end(), 255) != card.doors.end())
        return base::Errc::bad_input;
    auto request = of_number(Code::put_card, serial, card.number);
    write_date(request.at(12), *card.from);
    write_date(request.at(16), *card.to);
    for (std::size_t i = 0; i < card.doors.size(); ++i)
        request.put8(20 + i, card.doors[i]);
    request.put24(24, card.pin);
    request.put8(27, card.first_card);
    return request;
}

Packet get_card(std::uint32_t serial, std::uint32_t number)
{
    return of_number(Code::get_card, serial, number);
}

Packet get_card_at(std::uint32_t serial, std::uint32_t index)
{
    return of_number(Code::get_card_at, serial, index);
}

Packet delete_card(std::uint32_t serial, std::uint32_t number)
{
    return of_number(Code::delete_card, serial, number);
}

Packet delete_all_cards(std::uint32_t serial)
{
    Packet request(Code::delete_all_cards, serial);
    request.put_magic(8);
    return request;
}

CardSlot card_slot(const Packet& answer)
{
    const auto number = answer.u32(8);
    if (number == 0) return CardSlot::none;
    return number == all_bits ? CardSlot::deleted : CardSlot::card;
}

Card read_card(const Packet& answer)
{
    Card card;
    card.number = answer.u32(8);
    card.from = read_date(answer.from(12));
    card.to = read_date(answer.from(16));
    for (std::size_t i = 0; i < card.doors.size(); ++i)
        card.doors[i] = answer.u8(20 + i);
    card.pin = answer.u24(24);
    card.first_card = answer.u8(27);
    return card;
}

std::uint32_t read_card_count(const Packet& answer)
{
    return answer.u32(8);
}

} // namespace gatehouse::uhppote
