#include "protocols/uhppote/card_messages.hpp"
#include "protocols/uhppote/device_messages.hpp"
#include "protocols/uhppote/event_map.hpp"
#include "protocols/uhppote/event_messages.hpp"
#include "protocols/uhppote/schedule_messages.hpp"
#include "tests/unit/protocols/uhppote/packets.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <vector>

// Recorded packets, one by one, with what each becomes. They lie beside the checkout, not in it.
namespace gatehouse::uhppote {
namespace {

const std::string folder = GATEHOUSE_SOURCE_DIR "/../shared/fixtures/uhppote/";

struct Named {
    std::string name;
    Packet packet;
};

// "# name" and four lines of sixteen bytes each.
std::vector<Named> packets_in(const std::string& file)
{
    std::ifstream in(folder + file);
    std::vector<std::pair<std::string, std::string>> found;
    std::string line;
    while (std::getline(in, line)) {
        if (line.starts_with("# ") && line.find("64 bytes") == std::string::npos)
            found.emplace_back(line.substr(2), "");
        else if (!line.starts_with("#") && !found.empty())
            found.back().second += line + ' ';
    }
    std::vector<Named> packets;
    for (const auto& [name, hex] : found) {
        EXPECT_EQ(bytes_of(hex).size(), Packet::size) << name;
        packets.push_back({name, packet_of(hex)});
    }
    return packets;
}

std::string text(const std::optional<Date>& date)
{
    if (!date) return "none";
    std::ostringstream out;
    out << date->year << '-' << date->month << '-' << date->day;
    return out.str();
}

std::string text(const std::optional<LocalTime>& time)
{
    if (!time) return "none";
    const auto day = std::chrono::floor<std::chrono::days>(*time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(*time - day);
    std::ostringstream out;
    out << static_cast<int>(date.year()) << '-' << static_cast<unsigned>(date.month()) << '-'
        << static_cast<unsigned>(date.day()) << ' ' << clock.hours().count() << ':' << clock.minutes().count()
        << ':' << clock.seconds().count();
    return out.str();
}

std::string bits(const std::array<bool, 4>& flags)
{
    std::string out;
    for (const bool flag : flags)
        out += flag ? '1' : '0';
    return out;
}

std::string event_line(const EventRecord& record)
{
    if (!record.exists()) return "no event";
    const auto mapped = map(record, 0, std::chrono::minutes(480));
    std::ostringstream out;
    out << record.index << ' '
        << (mapped.refusal == Refusal::none ? model::type_of(mapped.event.body)
                                            : "refused " + std::string(to_string(mapped.refusal)))
        << " door " << int(record.door) << " card " << record.card << " at " << text(record.time) << ": "
        << mapped.text;
    return out.str();
}

std::string status_line(const BoardStatus& status)
{
    return event_line(status.event) + ", open " + bits(status.door_open) + " buttons " + bits(status.button) +
           " unlocked " + bits(status.unlocked) + " error " + std::to_string(status.system_error) + " at " +
           text(status.time);
}

std::string card_line(const Packet& packet)
{
    if (card_slot(packet) != CardSlot::card) return "no card";
    const auto card = read_card(packet);
    std::ostringstream out;
    out << card.number << " from " << text(card.from) << " to " << text(card.to) << " doors "
        << int(card.doors[0]) << ' ' << int(card.doors[1]) << ' ' << int(card.doors[2]) << ' '
        << int(card.doors[3]) << " pin " << card.pin << " first " << int(card.first_card);
    return out.str();
}

std::string profile_line(const Packet& packet)
{
    const auto profile = read_time_profile(packet);
    if (!profile) return "no profile";
    std::ostringstream out;
    out << int(profile->id) << " from " << text(profile->from) << " to " << text(profile->to) << " days ";
    for (const bool day : profile->days)
        out << day;
    for (const auto& segment : profile->segments)
        out << ' ' << segment.start.hour << ':' << segment.start.minute << '-' << segment.end.hour << ':'
            << segment.end.minute;
    out << " linked " << int(profile->linked);
    return out.str();
}

std::string line(const Packet& packet)
{
    switch (packet.code()) {
    case Code::status: return status_line(read_status(packet));
    case Code::get_event: return event_line(read_event(packet));
    case Code::get_time:
    case Code::set_time: return text(read_time(packet));
    case Code::count_cards: return std::to_string(read_card_count(packet)) + " cards";
    case Code::get_card:
    case Code::get_card_at: return card_line(packet);
    case Code::get_time_profile: return profile_line(packet);
    case Code::get_listener: return to_string(read_listener(packet));
    case Code::get_event_index: return std::to_string(read_event_index(packet));
    case Code::get_anti_passback: return "mode " + std::to_string(int(read_anti_passback(packet)));
    case Code::get_device: {
        const auto board = read_board(packet);
        return board.address + ' ' + board.mac + ' ' + board.firmware + ' ' + text(board.released);
    }
    case Code::get_door_control: {
        const auto control = read_door_control(packet);
        return "door " + std::to_string(control.door) + " mode " + std::to_string(int(control.mode)) +
               " delay " + std::to_string(control.delay_s);
    }
    default: return succeeded(packet) ? "done" : "refused";
    }
}

struct Expected {
    const char* name;
    const char* line;
};

void become(const std::string& file, const std::vector<Expected>& expected)
{
    const auto packets = packets_in(file);
    ASSERT_EQ(packets.size(), expected.size()) << file;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        EXPECT_EQ(packets[i].name, expected[i].name);
        EXPECT_EQ(line(packets[i].packet), expected[i].line) << packets[i].name;
    }
}

class UhppoteFixtures : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fixtures beside this checkout";
    }
};

TEST_F(UhppoteFixtures, AreAllListedHere)
{
    std::set<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        there.insert(entry.path().filename().string());
    EXPECT_EQ(there, (std::set<std::string>{"event-store-wrap.log", "events.hex", "requests.hex",
                                            "responses.hex", "v8.92-replies.hex"}));
}

TEST_F(UhppoteFixtures, OfPushedEvents)
{
    become("events.hex",
           {
               {"20 Event",
                "57 access.denied door 3 card 6154410 at 2019-4-19 17:0:9: no right at this door, open 1011 "
                "buttons 0011 unlocked 0010 error 9 at 2019-4-20 14:37:2"},
               {"20 Event",
                "57 access.denied door 3 card 6154410 at 2019-4-19 17:0:9: no right at this door, open 1011 "
                "buttons 0011 unlocked 0010 error 9 at 2019-4-20 14:37:2"},
           });
}

TEST_F(UhppoteFixtures, OfAnswers)
{
    become("responses.hex",
           {
               {"20 GetStatusResponseWithoutEvent",
                "no event, open 0000 buttons 0000 unlocked 0000 error 131 at 2023-9-29 11:16:20"},
               {"30 SetTimeResponse", "2019-12-29 12:34:56"},
               {"32 GetTimeResponse", "2019-12-29 12:34:56"},
               {"40 OpenDoorResponse", "done"},
               {"50 PutCardResponse", "done"},
               {"52 DeleteCardResponse", "done"},
               {"54 DeleteCardsResponse", "done"},
               {"58 GetCardsResponse", "13 cards"},
               {"5a GetCardByIdNotFoundResponse", "no card"},
               {"5a GetCardByIdResponse", "6154412 from 2019-2-3 to 2019-12-29 doors 0 0 29 1 pin 0 first 5"},
               {"5a GetCardWithPINByIdResponse",
                "6154412 from 2019-2-3 to 2019-12-29 doors 0 0 29 1 pin 997654 first 5"},
               {"5c GetCardByIndexNotFoundResponse", "no card"},
               {"5c GetCardWithPINByIndexResponse",
                "6154412 from 2019-2-3 to 2019-12-29 doors 0 0 29 1 pin 986532 first 5"},
               {"82 GetDoorControlStateResponse", "door 4 mode 2 delay 5"},
               {"84 SetAntiPassbackResponse", "done"},
               {"86 GetAntiPassbackResponse", "mode 4"},
               {"88 SetTimeProfileResponse", "done"},
               {"8a ClearTimeProfilesResponse", "done"},
               {"8c SetDoorPasscodesResponse", "done"},
               {"90 SetListenerResponse", "done"},
               {"92 GetListenerResponse", "192.168.0.225:9874, repeated every 13 s"},
               {"94 GetDeviceResponse", "192.168.0.0 00:66:19:39:55:2d 8.92 2018-8-16"},
               {"98 GetTimeProfileDeactivatedResponse", "no profile"},
               {"98 GetTimeProfileResponse",
                "4 from 2021-4-1 to 2021-12-29 days 1101011 8:30-9:45 11:35-13:15 14:1-17:59 linked 19"},
               {"98 GetTimeProfileResponseWithZeroFromAndToDate",
                "4 from none to none days 1101011 8:30-9:45 11:35-13:15 14:1-17:59 linked 19"},
               {"a0 SetPCControlResponse", "done"},
               {"a2 SetInterlockResponse", "done"},
               {"a4 ActivateAccessKeypadsResponse", "done"},
               {"a6 ClearTaskListResponse", "done"},
               {"a8 AddTaskResponse", "done"},
               {"aa SetFirstCardResponse", "done"},
               {"ac RefreshTaskListResponse", "done"},
               {"b0 GetEventResponse",
                "8 access.denied door 3 card 6154413 at 2019-2-10 7:12:1: no right at this door"},
               {"b0 GetEventResponseWithInvalidTimestamp",
                "207788 access.denied door 2 card 10058400 at none: no right at this door"},
               {"b0 GetEventResponseWithNoEvents", "no event"},
               {"b2 SetEventIndexResponse", "done"},
               {"b4 GetEventIndexResponse", "17"},
               {"c8 RestoreDefaultParametersResponse", "done"},
           });
}

TEST_F(UhppoteFixtures, OfABoardOfFirmware892)
{
    become("v8.92-replies.hex",
           {
               {"get_controller_response", "192.168.1.100 00:12:23:34:45:56 8.92 2018-11-5"},
               {"get_listener_response", "192.168.1.100:60001, repeated every 15 s"},
               {"get_status_response",
                "78 access.granted door 3 card 8165537 at 2022-8-23 9:47:6: opened by command, open "
                "0100 buttons 0001 unlocked 1110 error 3 at 2022-8-23 9:49:39"},
               {"get_status_response_with_no_event",
                "no event, open 0100 buttons 0001 unlocked 1110 error 3 at 2022-8-23 9:49:39"},
               {"get_status_response_with_invalid_event_timestamp",
                "78 access.granted door 3 card 8165537 at none: opened by command, open 0100 buttons 0001 "
                "unlocked 1110 "
                "error 3 at 2022-8-23 9:49:39"},
               {"get_time_response", "2023-1-2 12:34:56"},
               {"get_time_response_with_invalid_datetime", "none"},
               {"get_card_response_with_invalid_dates",
                "10058400 from none to none doors 1 1 1 1 pin 0 first 0"},
               {"get_card_by_index_response_with_invalid_dates",
                "10058400 from none to none doors 1 1 1 1 pin 0 first 0"},
               {"restore_default_parameters_response", "done"},
               {"listen_event",
                "70 access.granted door 3 card 8165535 at 2024-2-22 10:23:40: opened by command, open 1001 "
                "buttons 1011 unlocked 0101 error 3 at 2024-2-22 10:23:40"},
               {"get_antipassback_response", "mode 2"},
               {"set_antipassback_response", "done"},
               {"set_firstcard_response", "done"},
               {"restore_default_parameters_response", "done"},
           });
}

// What we would send for the same wish, byte for byte.
TEST_F(UhppoteFixtures, OfRequestsAreWhatWeSend)
{
    constexpr std::uint32_t one = 423187757;
    constexpr std::uint32_t two = 405419896;
    Card card;
    card.number = 6154412;
    card.from = Date{2019, 1, 2};
    card.to = Date{2019, 12, 31};
    card.doors = {1, 0, 29, 1};
    card.first_card = 5;
    const auto with_pin = [&](std::uint32_t pin) {
        auto pinned = card;
        pinned.pin = pin;
        return *put_card(one, pinned);
    };
    TimeProfile profile;
    profile.id = 4;
    profile.from = Date{2021, 4, 1};
    profile.to = Date{2021, 12, 29};
    profile.days = {true, true, false, true, false, true, true};
    profile.segments = {
        Segment{{8, 30, 0}, {9, 45, 0}}, {{11, 35, 0}, {13, 15, 0}}, {{14, 1, 0}, {17, 59, 0}}};
    profile.linked = 19;
    Task task;
    task.from = {2021, 4, 1};
    task.to = {2021, 12, 29};
    task.days = profile.days;
    task.start = {8, 30, 0};
    task.door = 3;
    task.kind = TaskKind::profiles_on;
    task.more_cards = 7;
    FirstCard first;
    first.door = 3;
    first.start = {8, 30, 0};
    first.mode_after = 1;
    first.end = {17, 45, 0};
    first.mode_outside = 2;
    first.days = profile.days;
    NetworkAddress address;
    address.address = {192, 168, 1, 125};
    address.mask = {255, 255, 255, 0};
    address.gateway = {192, 168, 1, 0};
    auto keypads = activate_keypads(two, {true, false, false, true});
    keypads.put8(15, 2); // in this one vector; no field of the sheet explains it, and the other one has none
    const std::vector<std::pair<std::string, Packet>> expected{
        {"20 GetStatusRequest", Packet(Code::status, one)},
        {"30 SetTimeRequest", set_time(one, join({2019, 4, 21}, {9, 44, 40}))},
        {"32 GetTimeRequest", Packet(Code::get_time, one)},
        {"40 OpenDoorRequest", open_door(one, 3)},
        {"50 PutCardRequest", with_pin(0)},
        {"50 PutCardRequestWithPIN", with_pin(864209)},
        {"50 PutCardRequestWithPIN", with_pin(975319)},
        {"52 DeleteCardRequest", delete_card(one, 6154412)},
        {"54 DeleteCardsRequest", delete_all_cards(one)},
        {"58 GetCardsRequest", Packet(Code::count_cards, one)},
        {"5a GetCardByIdRequest", get_card(one, 6154412)},
        {"5c GetCardByIndexRequest", get_card_at(one, 4)},
        {"80 SetDoorControlStateRequest", set_door_control(one, {4, DoorMode::normally_closed, 5})},
        {"82 GetDoorControlStateRequest", get_door_control(one, 4)},
        {"84 SetAntiPassbackRequest", set_anti_passback(two, AntiPassback::one_to_three)},
        {"86 GetAntiPassbackRequest", Packet(Code::get_anti_passback, two)},
        {"88 SetTimeProfileRequest", *set_time_profile(one, profile)},
        {"8a ClearTimeProfilesRequest", clear_time_profiles(one)},
        {"8c SetDoorPasscodesRequest", *set_door_passcodes(two, 3, {12345, 0, 999'999, 54321})},
        {"8e RecordSpecialEventsRequest", record_special_events(one, true)},
        {"90 SetListenerRequest", set_listener(one, {{192, 168, 1, 100}, 40000, 13})},
        {"92 GetListenerRequest", Packet(Code::get_listener, one)},
        {"94 GetDeviceRequest", Packet(Code::get_device, 0)},
        {"96 SetAddressRequest", set_address(one, address)},
        {"98 GetTimeProfileRequest", get_time_profile(one, 4)},
        {"a0 SetPCControlRequest", set_pc_control(one, true)},
        {"a2 SetInterlockRequest", set_interlock(two, Interlock::all)},
        {"a4 ActivateAccessKeypadsRequest", keypads},
        {"a4 ActivateAccessKeypadsRequest", activate_keypads(two, {true, true, false, true})},
        {"a6 ClearTaskListRequest", clear_task_list(one)},
        {"a8 AddTaskRequest", add_task(one, task)},
        {"aa SetFirstCardRequest", set_first_card(two, first)},
        {"ac RefreshTaskListRequest", refresh_task_list(one)},
        {"b0 GetEventRequest", get_event(one, 1)},
        {"b2 SetEventIndexRequest", set_event_index(one, 17)},
        {"b4 GetEventIndexRequest", Packet(Code::get_event_index, one)},
        {"c8 RestoreDefaultParametersRequest", restore_defaults(two)},
    };
    const auto packets = packets_in("requests.hex");
    ASSERT_EQ(packets.size(), expected.size());
    for (std::size_t i = 0; i < packets.size(); ++i) {
        EXPECT_EQ(packets[i].name, expected[i].first);
        EXPECT_EQ(hex_of(packets[i].packet), hex_of(expected[i].second)) << packets[i].name;
    }
}

// The store fills up until the first index jumps: the rule that WhatTheBoardHasOverwrittenBecomesAGap
// follows.
TEST_F(UhppoteFixtures, OfTheStoreThatIsFull)
{
    std::ifstream in(folder + "event-store-wrap.log");
    std::set<std::uint32_t> firsts;
    std::string word;
    for (std::string text_line; std::getline(in, text_line);) {
        std::istringstream fields(text_line);
        std::uint32_t serial = 0;
        std::uint32_t first = 0;
        if (fields >> word >> serial >> first && word == "EVENTS:") firsts.insert(first);
    }
    EXPECT_EQ(firsts, (std::set<std::uint32_t>{1, 2049}));
}

} // namespace
} // namespace gatehouse::uhppote
