#pragma once
#include "protocols/uhppote/door_messages.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace gatehouse::uhppote {

// When cards may pass, and what doors do by the clock.

struct Segment {
    TimeOfDay start;
    TimeOfDay end;
    friend bool operator==(const Segment&, const Segment&) = default;
};

struct TimeProfile {
    std::uint8_t id = 0; // 2 to 254; a card's door right names it
    std::optional<Date> from;
    std::optional<Date> to;
    Weekdays days{};
    std::array<Segment, 3> segments{};
    std::uint8_t linked = 0; // a further profile that is tried when this one does not fit; 0: none
    friend bool operator==(const TimeProfile&, const TimeProfile&) = default;
};
[[nodiscard]] Packet get_time_profile(std::uint32_t serial, std::uint8_t id);
// Errors: bad_input for an id that is no profile, and a profile without dates.
[[nodiscard]] base::Result<Packet> set_time_profile(std::uint32_t serial, const TimeProfile& profile);
[[nodiscard]] Packet clear_time_profiles(std::uint32_t serial);
// Nothing: no such profile.
[[nodiscard]] std::optional<TimeProfile> read_time_profile(const Packet& answer);

enum class TaskKind : std::uint8_t {
    controlled = 0,
    normally_open = 1,
    normally_closed = 2,
    profiles_off = 3,
    profiles_on = 4,
    card_only = 5,
    card_and_in_pin = 6,
    card_and_pin = 7,
    more_cards_on = 8,
    more_cards_off = 9,
    trigger_once = 10,
    button_off = 11,
    button_on = 12
};

struct Task {
    Date from;
    Date to;
    Weekdays days{};
    TimeOfDay start;
    std::uint8_t door = 0;
    TaskKind kind = TaskKind::controlled;
    std::uint8_t more_cards = 0;
};
// Added tasks hold after a refresh.
[[nodiscard]] Packet clear_task_list(std::uint32_t serial);
[[nodiscard]] Packet add_task(std::uint32_t serial, const Task& task);
[[nodiscard]] Packet refresh_task_list(std::uint32_t serial);

} // namespace gatehouse::uhppote
