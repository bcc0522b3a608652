#include "protocols/uhppote/card_messages.hpp"
#include "protocols/uhppote/device_messages.hpp"
#include "protocols/uhppote/event_messages.hpp"
#include "protocols/uhppote/schedule_messages.hpp"
#include "tests/unit/protocols/uhppote/packets.hpp"

// Bytes typed from the protocol sheet's offsets and types.
namespace gatehouse::uhppote {
namespace {

constexpr std::uint32_t serial = 0x182a3778; // 405419896

TEST(Packets, HaveSixtyFourBytesAndStartWith17)
{
    std::string bytes = bytes_of("17 20 00 00 78 37 2a 18");
    EXPECT_EQ(std::get<Flaw>(read_packet(std::as_bytes(std::span(bytes)))), Flaw::length);
    bytes.resize(64, '\0');
    EXPECT_TRUE(std::holds_alternative<Packet>(read_packet(std::as_bytes(std::span(bytes)))));
    bytes[0] = '\x19'; // firmware 6.62
    EXPECT_TRUE(std::holds_alternative<Packet>(read_packet(std::as_bytes(std::span(bytes)))));
    bytes[1] = '\x94'; // ... for events only
    EXPECT_EQ(std::get<Flaw>(read_packet(std::as_bytes(std::span(bytes)))), Flaw::start);
    bytes[0] = '\x17';
    bytes[1] = '\xff';
    EXPECT_EQ(std::get<Flaw>(read_packet(std::as_bytes(std::span(bytes)))), Flaw::code);
    bytes.resize(65, '\0');
    EXPECT_EQ(std::get<Flaw>(read_packet(std::as_bytes(std::span(bytes)))), Flaw::length);
}

TEST(Dates, ThatAreNoneReadAsNothing)
{
    const auto date = [](std::string_view hex) {
        return read_date(packet_of("17 20" + std::string(hex)).from(2));
    };
    EXPECT_EQ(date("20 26 11 23"), (Date{2026, 11, 23}));
    EXPECT_FALSE(date("00 00 00 00"));
    EXPECT_FALSE(date("20 00 00 00"));
    EXPECT_FALSE(date("20 26 1a 23"));
    EXPECT_FALSE(date("20 26 02 30"));
    EXPECT_TRUE(date("20 24 02 29"));
    EXPECT_FALSE(read_date_time(packet_of("17 20 20 00 00 00 00 00 00").from(2)));
    EXPECT_FALSE(read_date_time(packet_of("17 20 20 26 11 23 24 00 00").from(2)));
    const auto time = read_date_time(packet_of("17 20 20 26 11 23 08 30 59").from(2));
    ASSERT_TRUE(time);
    EXPECT_EQ(*time, join({2026, 11, 23}, {8, 30, 59}));
}

TEST(Requests, ToTheBoardItself)
{
    EXPECT_EQ(hex_of(Packet(Code::get_device, 0), 12), "17 94 00 00 00 00 00 00 00 00 00 00");
    const auto time = join({2026, 11, 23}, {14, 5, 9});
    EXPECT_EQ(hex_of(set_time(serial, time), 16), "17 30 00 00 78 37 2a 18 20 26 11 23 14 05 09 00");
    const Listener listener{{192, 0, 2, 1}, 60001, 15};
    EXPECT_EQ(hex_of(set_listener(serial, listener), 16), "17 90 00 00 78 37 2a 18 c0 00 02 01 61 ea 0f 00");
    NetworkAddress address;
    address.address = {192, 0, 2, 31};
    address.mask = {255, 255, 255, 0};
    address.gateway = {192, 0, 2, 1};
    EXPECT_EQ(hex_of(set_address(serial, address), 24),
              "17 96 00 00 78 37 2a 18 c0 00 02 1f ff ff ff 00 c0 00 02 01 55 aa aa 55");
    EXPECT_EQ(hex_of(record_special_events(serial, true), 10), "17 8e 00 00 78 37 2a 18 01 00");
    EXPECT_EQ(hex_of(set_pc_control(serial, true), 13), "17 a0 00 00 78 37 2a 18 55 aa aa 55 01");
    EXPECT_EQ(hex_of(restore_defaults(serial), 13), "17 c8 00 00 78 37 2a 18 55 aa aa 55 00");
}

TEST(Requests, ToDoors)
{
    EXPECT_EQ(hex_of(open_door(serial, 3), 10), "17 40 00 00 78 37 2a 18 03 00");
    EXPECT_EQ(hex_of(get_door_control(serial, 4), 10), "17 82 00 00 78 37 2a 18 04 00");
    const DoorControl control{4, DoorMode::normally_closed, 5};
    EXPECT_EQ(hex_of(set_door_control(serial, control), 12), "17 80 00 00 78 37 2a 18 04 02 05 00");
    EXPECT_EQ(hex_of(set_interlock(serial, Interlock::all), 10), "17 a2 00 00 78 37 2a 18 08 00");
    EXPECT_EQ(hex_of(set_anti_passback(serial, AntiPassback::one_to_three), 10),
              "17 84 00 00 78 37 2a 18 04 00");
    const std::array<bool, 4> readers{true, false, false, true};
    EXPECT_EQ(hex_of(activate_keypads(serial, readers), 13), "17 a4 00 00 78 37 2a 18 01 00 00 01 00");
    const std::array<std::uint32_t, 4> codes{12345, 0, 999'999, 54321};
    EXPECT_EQ(hex_of(*set_door_passcodes(serial, 3, codes), 28),
              "17 8c 00 00 78 37 2a 18 03 00 00 00 39 30 00 00 00 00 00 00 3f 42 0f 00 31 d4 00 00");
    const std::array<std::uint32_t, 4> long_codes{1'000'000, 0, 0, 0};
    EXPECT_FALSE(set_door_passcodes(serial, 3, long_codes));
    FirstCard first;
    first.door = 3;
    first.start = {8, 30, 0};
    first.mode_after = 1;
    first.end = {17, 45, 0};
    first.mode_outside = 2;
    first.days = {true, true, false, true, false, true, true};
    EXPECT_EQ(hex_of(set_first_card(serial, first), 23),
              "17 aa 00 00 78 37 2a 18 03 08 30 01 17 45 02 01 01 00 01 00 01 01 00");
}

TEST(Requests, OfTheCalendar)
{
    Task task;
    task.from = {2026, 1, 1};
    task.to = {2026, 12, 31};
    task.days = {true, true, true, true, true, false, false};
    task.start = {8, 30, 0};
    task.door = 3;
    task.kind = TaskKind::card_only;
    task.more_cards = 7;
    EXPECT_EQ(hex_of(add_task(serial, task), 29),
              "17 a8 00 00 78 37 2a 18 20 26 01 01 20 26 12 31 01 01 01 01 01 00 00 08 30 03 05 07 00");
    EXPECT_EQ(hex_of(clear_task_list(serial), 12), "17 a6 00 00 78 37 2a 18 55 aa aa 55");
    EXPECT_EQ(hex_of(refresh_task_list(serial), 12), "17 ac 00 00 78 37 2a 18 55 aa aa 55");
    EXPECT_EQ(hex_of(clear_time_profiles(serial), 12), "17 8a 00 00 78 37 2a 18 55 aa aa 55");
}

TEST(TimeProfiles, GoThereAndBack)
{
    TimeProfile profile;
    profile.id = 29;
    profile.from = Date{2026, 1, 1};
    profile.to = Date{2026, 12, 31};
    profile.days = {true, true, false, true, false, true, true};
    profile.segments[0] = {{8, 30, 0}, {9, 45, 0}};
    profile.segments[2] = {{14, 1, 0}, {17, 59, 0}};
    profile.linked = 3;
    const auto packet = set_time_profile(serial, profile);
    ASSERT_TRUE(packet);
    EXPECT_EQ(hex_of(*packet, 38),
              "17 88 00 00 78 37 2a 18 1d 20 26 01 01 20 26 12 31 01 01 00 01 00 01 01 08 30 "
              "09 45 00 00 00 00 14 01 17 59 03 00");
    EXPECT_EQ(read_time_profile(*packet), profile);
    EXPECT_FALSE(read_time_profile(packet_of("17 98 00 00 78 37 2a 18 00")));
    profile.id = 1; // means "always" in a card's rights
    EXPECT_FALSE(set_time_profile(serial, profile));
}

TEST(Cards, GoThereAndBack)
{
    Card card;
    card.number = 10058400;
    card.from = Date{2026, 1, 2};
    card.to = Date{2026, 12, 31};
    card.doors = {1, 0, 29, 1};
    card.pin = 999'999;
    card.first_card = 5;
    const auto packet = put_card(serial, card);
    ASSERT_TRUE(packet);
    EXPECT_EQ(hex_of(*packet, 29),
              "17 50 00 00 78 37 2a 18 a0 7a 99 00 20 26 01 02 20 26 12 31 01 00 1d 01 3f 42 0f 05 00");
    EXPECT_EQ(read_card(*packet), card);
    EXPECT_EQ(hex_of(delete_all_cards(serial), 12), "17 54 00 00 78 37 2a 18 55 aa aa 55");
}

TEST(Cards, ThatTheBoardWouldTakeWronglyAreNotSent)
{
    Card card;
    card.number = 10058400;
    card.from = Date{2026, 1, 2};
    card.to = Date{2026, 12, 31};
    for (const std::uint32_t number : {0x0u, 0x00ffffffu, 0xffffffffu}) {
        auto wrong = card;
        wrong.number = number;
        EXPECT_FALSE(put_card(serial, wrong)) << number;
    }
    auto wrong = card;
    wrong.pin = 1'000'000; // the board would cut it to 20 bits and say OK
    EXPECT_FALSE(put_card(serial, wrong));
    wrong = card;
    wrong.doors[3] = 255;
    EXPECT_FALSE(put_card(serial, wrong));
    wrong = card;
    wrong.to.reset();
    EXPECT_FALSE(put_card(serial, wrong));
}

TEST(Cards, ThatAreNotThereAreToldFromDeletedOnes)
{
    EXPECT_EQ(card_slot(packet_of("17 5c 00 00 78 37 2a 18 00 00 00 00")), CardSlot::none);
    EXPECT_EQ(card_slot(packet_of("17 5c 00 00 78 37 2a 18 ff ff ff ff")), CardSlot::deleted);
    const auto undated = packet_of("17 5a 00 00 78 37 2a 18 a0 7a 99 00 20 00 00 00 20 00 00 00 01 01 01 01");
    EXPECT_EQ(card_slot(undated), CardSlot::card);
    EXPECT_FALSE(read_card(undated).from);
    EXPECT_FALSE(read_card(undated).to);
}

TEST(Status, IsReadAtTheSheetsOffsets)
{
    const auto status = read_status(
        packet_of("17 20 00 00 78 37 2a 18 4e 00 00 00 02 01 03 01 a1 98 7c 00 20 26 11 23 09 47 06 2c "
                  "00 01 00 00 01 00 00 01 03 09 49 39 07 00 00 00 00 00 00 00 27 05 03 26 11 23"));
    EXPECT_EQ(status.event.index, 0x4eu);
    EXPECT_EQ(status.event.type, EventType::door);
    EXPECT_TRUE(status.event.granted);
    EXPECT_EQ(status.event.door, 3);
    EXPECT_EQ(status.event.direction, 1);
    EXPECT_EQ(status.event.card, 0x7c98a1u);
    EXPECT_EQ(status.event.time, join({2026, 11, 23}, {9, 47, 6}));
    EXPECT_EQ(status.event.reason, 44);
    EXPECT_EQ(status.door_open, (std::array<bool, 4>{false, true, false, false}));
    EXPECT_EQ(status.button, (std::array<bool, 4>{true, false, false, true}));
    EXPECT_EQ(status.unlocked, (std::array<bool, 4>{true, false, true, false}));
    EXPECT_EQ(status.system_error, 3);
    EXPECT_EQ(status.sequence, 7u);
    EXPECT_TRUE(status.force_lock);
    EXPECT_TRUE(status.fire);
    EXPECT_EQ(status.time, join({2026, 11, 23}, {9, 49, 39}));
}

TEST(Board, TellsItsVersionInDecimalDigits)
{
    const auto board = read_board(packet_of("17 94 00 00 78 37 2a 18 c0 00 02 1f ff ff ff 00 c0 00 02 01 "
                                            "00 66 19 39 55 2d 06 62 20 18 08 16"));
    EXPECT_EQ(board.firmware, "6.62");
    EXPECT_EQ(board.mac, "00:66:19:39:55:2d");
    EXPECT_EQ(board.address, "192.0.2.31");
    EXPECT_EQ(board.released, (Date{2018, 8, 16}));
    EXPECT_EQ(board.serial, serial);
}

} // namespace
} // namespace gatehouse::uhppote
