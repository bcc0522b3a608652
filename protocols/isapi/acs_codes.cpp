#include "protocols/isapi/acs_codes.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::isapi {
namespace {

using Meant = AcsMeaning::Kind;
using model::DoorPosition;

struct Row {
    int first; // minor codes first..last
    int last;
    AcsMeaning meaning;
};

constexpr Row granted(int minor, std::string_view credential)
{
    return {minor, minor, {Meant::granted, credential}};
}
constexpr Row denied(int first, int last, std::string_view credential, std::string_view reason)
{
    return {first, last, {Meant::denied, credential, reason}};
}
constexpr Row denied(int minor, std::string_view credential, std::string_view reason)
{
    return denied(minor, minor, credential, reason);
}
constexpr Row door(int minor, DoorPosition position)
{
    return {minor, minor, {Meant::door, {}, {}, position}};
}
constexpr Row about(Meant kind, int first, int last, std::string_view word, bool active = true)
{
    return {first, last, {kind, word, {}, DoorPosition::unknown, active}};
}
constexpr Row fault(int minor, std::string_view word, bool active = true)
{
    return about(Meant::barrier_fault, minor, minor, word, active);
}
constexpr Row tamper(int minor, std::string_view part, bool active)
{
    return about(Meant::tamper, minor, minor, part, active);
}
constexpr Row broken(int minor, std::string_view what)
{
    return about(Meant::health, minor, minor, what);
}
constexpr Row mended(int minor, std::string_view what)
{
    return about(Meant::health, minor, minor, what, false);
}
constexpr Row seen(int minor, std::string_view what, bool active = true)
{
    return about(Meant::detection, minor, minor, what, active);
}
constexpr Row routine(int first, int last)
{
    return about(Meant::routine, first, last, {});
}
constexpr Row custom(int first, int last)
{
    return about(Meant::custom, first, last, {});
}

// Major 5. A combined verification counts as the credential that tells most about the person: face before
// fingerprint before card before password. Time-outs in the middle of one are refusals without a better
// reason.
constexpr std::array event_rows{
    granted(1, "card"),
    granted(2, "card"),
    denied(3, "card", "wrong_password"),
    denied(4, 5, "card", "other"),
    denied(6, "card", "no_permission"),
    denied(7, "card", "schedule"),
    denied(8, "card", "expired"),
    denied(9, "card", "unknown_credential"),
    denied(10, "card", "anti_passback"),
    denied(11, "card", "interlock"),
    denied(12, "card", "no_permission"),
    denied(13, "card", "schedule"),
    denied(14, "password", "wrong_password"),
    denied(15, "card", "other"),
    granted(16, "card"),
    door(17, DoorPosition::remain_open), // first card opens for the day
    door(18, DoorPosition::normal),
    door(19, DoorPosition::remain_open),
    door(20, DoorPosition::normal),
    door(21, DoorPosition::unlocked),
    door(22, DoorPosition::locked),
    granted(23, "button"),
    routine(24, 24),
    door(25, DoorPosition::opened),
    door(26, DoorPosition::closed),
    door(27, DoorPosition::forced_open),
    door(28, DoorPosition::held_open),
    routine(29, 30),
    door(31, DoorPosition::remain_closed),
    door(32, DoorPosition::normal),
    routine(33, 33), // waits for somebody to open remotely
    granted(34, "password"),
    denied(35, 36, "card", "other"),
    seen(37, "doorbell"),
    granted(38, "fingerprint"),
    denied(39, "fingerprint", "not_recognised"),
    granted(40, "fingerprint"),
    denied(41, "fingerprint", "not_recognised"),
    denied(42, "fingerprint", "other"),
    granted(43, "fingerprint"),
    denied(44, "fingerprint", "not_recognised"),
    denied(45, "fingerprint", "other"),
    granted(46, "fingerprint"),
    denied(47, "fingerprint", "not_recognised"),
    denied(48, "fingerprint", "other"),
    denied(49, "fingerprint", "unknown_credential"),
    routine(50, 50),
    seen(51, "doorbell"),                // call to the centre
    door(52, DoorPosition::remain_open), // fire relay
    door(53, DoorPosition::normal),
    granted(69, "fingerprint"),
    denied(70, "fingerprint", "not_recognised"),
    denied(71, "fingerprint", "other"),
    granted(72, "fingerprint"),
    denied(73, "fingerprint", "not_recognised"),
    denied(74, "fingerprint", "other"),
    granted(75, "face"),
    denied(76, "face", "not_recognised"),
    granted(77, "face"),
    denied(78, "face", "not_recognised"),
    denied(79, "face", "other"),
    denied(80, "face", "not_recognised"),
    routine(81, 82),
    about(Meant::health, 83, 91, "wiring"), // lock, contact and button inputs: shorted, cut, wrong
    about(Meant::health, 92, 93, "lock"),
    denied(94, "card", "no_permission"),
    routine(95, 100),
    granted(101, "password"),
    denied(102, "password", "wrong_password"),
    denied(103, "password", "other"),
    denied(113, "card", "block_list"),
    routine(114, 115),
    denied(117, 118, "card", "schedule"), // the door or the plan is dormant
    denied(119, "card", "unknown_credential"),
    denied(120, "card", "anti_passback"),
    denied(130, "card", "schedule"),
    denied(132, "card", "schedule"),
    fault(133, "tailgating"),
    fault(134, "reverse"),
    fault(135, "forced"),
    fault(136, "climbed"),
    fault(137, "time_out"),
    fault(138, "intrusion"),
    fault(139, "intrusion"), // passed a gate that stood free without showing anything
    fault(140, "blocked"),
    fault(141, "blocked", false),
    denied(151, "password", "wrong_password"),
    denied(152, "password", "unknown_credential"),
    granted(153, "unknown"),
    denied(154, 155, "unknown", "other"),
    denied(162, "card", "unknown_credential"),
    denied(163, "card", "unknown_credential"),
    denied(164, "card", "other"), // kinds of card that are switched off
    denied(168, 171, "card", "other"),
    routine(172, 172),
    about(Meant::health, 173, 174, "firmware"),
    mended(175, "firmware"),
    broken(176, "firmware"),
    mended(177, "firmware"),
    broken(178, "firmware"),
    granted(179, "code"),
    denied(180, "code", "wrong_password"),
    granted(181, "password"),
    custom(1280, 1343),
};

constexpr std::array alarm_rows{
    about(Meant::tamper, 1024, 1026, "zone"), // shorted, cut, wrong
    tamper(1027, "zone", false),
    tamper(1028, "zone", true),
    tamper(1029, "zone", false),
    tamper(1030, "reader", true),
    tamper(1031, "reader", false),
    about(Meant::input, 1032, 1032, {}),
    about(Meant::input, 1033, 1033, {}, false),
    about(Meant::duress, 1034, 1034, {}),
    broken(1035, "storage"),       // offline records nearly full
    denied(1036, "card", "other"), // too many failures with one card
    broken(1037, "storage"),
    routine(1038, 1038),
    tamper(1039, "case", true),
    tamper(1040, "case", false),
    about(Meant::health, 1045, 1046, "fire_input"),
    mended(1047, "fire_input"),
    seen(1048, "fire"),
    seen(1049, "fire", false),
    routine(1050, 1051),
    seen(1052, "panic"),
    seen(1053, "panic", false),
    tamper(1054, "case", true),
    tamper(1055, "case", false),
    tamper(1058, "case", true),
    tamper(1059, "case", false),
    seen(1060, "fire"),
    seen(1061, "fire", false),
    broken(1088, "printer"),
    broken(1090, "storage"),
    custom(2304, 2367),
};

constexpr std::array exception_rows{
    broken(39, "network"),   broken(58, "module"),       mended(59, "module"),
    mended(1024, "power"),   broken(1025, "power"),      broken(1026, "restart"), // watchdog
    broken(1027, "battery"), mended(1028, "battery"),    broken(1029, "power"),
    mended(1030, "power"),   mended(1031, "network"),    broken(1032, "storage"),
    broken(1033, "reader"),  mended(1034, "reader"),     broken(1035, "module"),
    mended(1036, "module"),  broken(1037, "module"),     mended(1038, "module"),
    broken(1039, "module"),  mended(1040, "module"),     broken(1041, "battery"),
    mended(1042, "battery"), broken(1043, "network"),    mended(1044, "network"),
    broken(1045, "module"),  mended(1046, "module"),     broken(1047, "module"),
    mended(1048, "module"),  broken(1049, "module"),     mended(1050, "module"),
    mended(1051, "module"),  broken(1052, "module"),     broken(1053, "reader"),
    mended(1054, "reader"),  broken(1055, "reader"),     mended(1056, "reader"),
    broken(1057, "video"),   mended(1058, "video"),      broken(1059, "module"),
    mended(1060, "module"),  broken(1061, "module"),     mended(1062, "module"),
    broken(1063, "module"),  broken(1064, "login_lock"), mended(1065, "login_lock"),
    broken(1066, "network"), mended(1067, "network"),    broken(1068, "module"),
    broken(1069, "module"),  mended(1070, "module"),     broken(1071, "temperature"),
    broken(1072, "module"),  mended(1073, "module"),     broken(1074, "module"),
    mended(1075, "module"),  broken(1076, "module"),     mended(1077, "module"),
    mended(1078, "printer"), broken(1079, "printer"),    mended(1080, "network"),
    broken(1081, "network"), broken(1084, "module"),     mended(1085, "module"),
    broken(1086, "reader"),  mended(1087, "reader"),     broken(1088, "reader"),
    mended(1089, "reader"),  custom(2304, 2367),
};

constexpr bool in_order(const auto& rows)
{
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].last < rows[i].first || (i > 0 && rows[i].first <= rows[i - 1].last)) return false;
    return true;
}
static_assert(in_order(event_rows) && in_order(alarm_rows) && in_order(exception_rows));

AcsMeaning find(const auto& rows, int minor)
{
    const auto row = std::lower_bound(rows.begin(), rows.end(), minor,
                                      [](const Row& r, int code) { return r.last < code; });
    return row != rows.end() && row->first <= minor ? row->meaning : AcsMeaning{};
}

} // namespace

AcsMeaning acs_meaning(int major, int minor)
{
    switch (major) {
    case 1: return find(alarm_rows, minor);
    case 2: return find(exception_rows, minor);
    case 3: return {.kind = Meant::operation};
    case 5: return find(event_rows, minor);
    default: return {};
    }
}

} // namespace gatehouse::isapi
