#include "protocols/uhppote/reasons.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::uhppote {
namespace {

using Kind = Reason::Kind;

constexpr std::array table{
    Reason{1, Kind::card_let_in, "", "card accepted"},
    Reason{5, Kind::card_refused, "other", "refused by the controlling computer"},
    Reason{6, Kind::card_refused, "no_permission", "no right at this door"},
    Reason{7, Kind::card_refused, "wrong_password", "wrong password"},
    Reason{8, Kind::card_refused, "anti_passback", "anti-passback"},
    Reason{9, Kind::card_refused, "other", "more cards needed"},
    Reason{10, Kind::card_refused, "other", "the first card of the day is awaited"},
    Reason{11, Kind::card_refused, "other", "the door is set to stay closed"},
    Reason{12, Kind::card_refused, "interlock", "another door of the interlock is open"},
    Reason{13, Kind::card_refused, "schedule", "outside the time profile"},
    Reason{15, Kind::card_refused, "schedule", "invalid time profile"},
    Reason{18, Kind::card_refused, "other", "access denied"},
    Reason{20, Kind::button, "", "push button"},
    Reason{23, Kind::door_opened, "", "door opened"},
    Reason{24, Kind::door_closed, "", "door closed"},
    Reason{25, Kind::password, "", "opened with the super password"},
    Reason{28, Kind::restart, "", "the board was switched on"},
    Reason{29, Kind::restart, "", "the board was reset"},
    Reason{30, Kind::button_refused, "other", "push button is disabled"},
    Reason{31, Kind::button_refused, "other", "push button: the door is locked by force"},
    Reason{32, Kind::button_refused, "other", "push button is not online"},
    Reason{33, Kind::button_refused, "interlock", "push button: another door of the interlock is open"},
    Reason{34, Kind::threat, "", "threat code"},
    Reason{37, Kind::held_open, "", "door open too long"},
    Reason{38, Kind::forced_open, "", "door forced open"},
    Reason{39, Kind::detection, "fire", "fire"},
    Reason{40, Kind::forced_close, "", "doors closed by force"},
    Reason{41, Kind::detection, "intrusion", "anti-theft alarm"},
    Reason{42, Kind::detection, "intrusion", "alarm of a 24 h zone"},
    Reason{43, Kind::detection, "panic", "emergency call"},
    Reason{44, Kind::remote, "", "opened by command"},
    Reason{45, Kind::card_let_in, "", "opened by the USB reader"},
};

constexpr Reason unknown{};

} // namespace

const Reason& reason_of(std::uint8_t number)
{
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.number == number; });
    return found == table.end() ? unknown : *found;
}

} // namespace gatehouse::uhppote
