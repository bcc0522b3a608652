#include "protocols/uhppote/event_map.hpp"
#include "protocols/uhppote/explain.hpp"
#include "protocols/uhppote/reasons.hpp"
#include "tests/unit/protocols/uhppote/packets.hpp"

namespace gatehouse::uhppote {
namespace {

EventRecord record(EventType type, std::uint8_t reason, bool granted = true)
{
    EventRecord made;
    made.index = 7;
    made.type = type;
    made.granted = granted;
    made.door = 3;
    made.direction = 2;
    made.card = 10058400;
    made.time = join({2026, 1, 1}, {8, 0, 0});
    made.reason = reason;
    return made;
}

template <class Body>
Body body_of(const EventRecord& made)
{
    const auto mapped = map(made, 0, std::chrono::minutes(480));
    EXPECT_EQ(mapped.refusal, Refusal::none) << mapped.text;
    const auto* body = std::get_if<Body>(&mapped.event.body);
    EXPECT_NE(body, nullptr) << mapped.text;
    return body == nullptr ? Body{} : *body;
}

TEST(EventMap, ASwipeIsAnAttemptWithItsCardDoorAndSide)
{
    const auto made = record(EventType::card, 1);
    const auto mapped = map(made, 2, std::chrono::minutes(480));
    EXPECT_EQ(mapped.event.device_key, "e2/7");
    EXPECT_EQ(mapped.event.device_record, "7");
    EXPECT_EQ(mapped.event.direction, model::Direction::out);
    EXPECT_EQ(*mapped.event.device_time, base::WallTime(std::chrono::milliseconds(1'767'225'600'000)));
    const auto body = body_of<model::AccessAttempt>(made);
    EXPECT_TRUE(body.granted);
    EXPECT_EQ(body.credential, "card");
    EXPECT_EQ(body.card, "10058400");
    EXPECT_EQ(body.door, 3);
    EXPECT_EQ(body.reader, 2);
}

TEST(EventMap, NobodyIsLetInUnlessFlagAndReasonSaySo)
{
    EXPECT_FALSE(body_of<model::AccessAttempt>(record(EventType::card, 6, true)).granted);
    EXPECT_FALSE(body_of<model::AccessAttempt>(record(EventType::card, 1, false)).granted);
    EXPECT_FALSE(body_of<model::AccessAttempt>(record(EventType::card, 200, false)).granted);
}

TEST(EventMap, RefusalsSayWhy)
{
    const std::pair<int, std::string> reasons[] = {
        {5, "other"},      {6, "no_permission"}, {7, "wrong_password"}, {8, "anti_passback"},
        {12, "interlock"}, {13, "schedule"},     {15, "schedule"},      {18, "other"},
    };
    for (const auto& [number, reason] : reasons)
        EXPECT_EQ(
            body_of<model::AccessAttempt>(record(EventType::card, static_cast<std::uint8_t>(number), false))
                .reason,
            reason)
            << number;
}

TEST(EventMap, ButtonsPasswordsAndCommandsShowNoCard)
{
    const std::pair<int, std::string> credentials[] = {
        {20, "button"}, {25, "password"}, {44, "remote"}, {33, "button"}};
    for (const auto& [number, credential] : credentials) {
        const auto body =
            body_of<model::AccessAttempt>(record(EventType::door, static_cast<std::uint8_t>(number)));
        EXPECT_EQ(body.credential, credential);
        EXPECT_EQ(body.card, "");
        EXPECT_EQ(body.granted, number != 33);
    }
}

TEST(EventMap, DoorsAndAlarms)
{
    using model::DoorPosition;
    const std::pair<int, DoorPosition> positions[] = {{23, DoorPosition::opened},
                                                      {24, DoorPosition::closed},
                                                      {37, DoorPosition::held_open},
                                                      {38, DoorPosition::forced_open},
                                                      {40, DoorPosition::remain_closed}};
    for (const auto& [number, position] : positions)
        EXPECT_EQ(
            body_of<model::DoorState>(record(EventType::alarm, static_cast<std::uint8_t>(number))).position,
            position);
    EXPECT_EQ(body_of<model::Duress>(record(EventType::alarm, 34)).door, 3);
    EXPECT_EQ(body_of<model::Detection>(record(EventType::alarm, 39)).what, "fire");
    EXPECT_EQ(body_of<model::Detection>(record(EventType::alarm, 43)).what, "panic");
    EXPECT_EQ(body_of<model::DeviceHealth>(record(EventType::alarm, 28)).what, "power");
}

TEST(EventMap, WhatIsNoEventIsRefusedWithAReason)
{
    const auto refusal = [](const EventRecord& made) {
        return map(made, 0, std::chrono::minutes(480)).refusal;
    };
    EXPECT_EQ(refusal(record(EventType::overwritten, 1)), Refusal::overwritten);
    EXPECT_EQ(refusal(record(EventType::none, 0)), Refusal::no_event);
    EXPECT_EQ(refusal(record(EventType::door, 77)), Refusal::unknown_reason);
    auto nothing = record(EventType::card, 1);
    nothing.index = 0;
    EXPECT_EQ(refusal(nothing), Refusal::no_event);
}

TEST(Explain, TellsWhatBytesAreWithoutAnyCard)
{
    const std::string packet =
        "# a swipe\n17 b0 00 00 78 37 2a 18 08 00 00 00 01 01 03 01 ad e8 5d 00 20 26 02 10 "
        "07 12 01 01 " +
        std::string(36 * 2, '0') + "\n";
    const auto lines = explain_bytes(packet + "17 20", std::chrono::minutes(480));
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0], "event store: record 8: access.granted, door 3: card accepted");
    EXPECT_EQ(lines[1], "not a packet of a board (length)");
    EXPECT_EQ(explain_bytes(bytes_of(packet.substr(10)), std::chrono::minutes(480))[0], lines[0]);
    EXPECT_EQ(explain_bytes("", std::chrono::minutes(480)).size(), 1u);
}

} // namespace
} // namespace gatehouse::uhppote
