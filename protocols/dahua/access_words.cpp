#include "protocols/dahua/access_words.hpp"

#include <array>

namespace gatehouse::dahua {

std::string_view credential_of(std::int64_t method)
{
    switch (method) {
    case 0:
    case 46: return "password"; // 46: temporary
    case 1:
    case 2:                 // card, then password
    case 3:                 // password, then card
    case 17: return "card"; // 17: identity card
    case 4:
    case 42: return "remote"; // 42: DTMF
    case 5: return "button";
    case 6: return "fingerprint";
    case 14:
    case 43:
    case 47: return "code"; // QR, QR from afar, health code
    case 15:
    case 18:
    case 44: return "face";    // 18: face and identity card
    default: return "unknown"; // Bluetooth, combinations, what is new
    }
}

// Numbers of the vendor's table for AccessControl (HTTP API): 0x60, "ask the server", is the only one that
// was seen on a device.
std::string_view denial_of(std::int64_t error_code)
{
    switch (error_code) {
    case 0x10: return "unknown_credential"; // not authorised
    case 0x11: return "expired";            // card lost or cancelled
    case 0x12: return "no_permission";      // not for this door
    case 0x14: return "expired";
    case 0x15: return "anti_passback";
    case 0x18: return "interlock";
    case 0x20:
    case 0x21: return "schedule"; // 0x21: holiday
    case 0x40:
    case 0x44: return "wrong_password";
    case 0x42: return "not_recognised"; // fingerprint
    default: return "other";
    }
}

std::optional<int> zone_minutes(std::int64_t index)
{
    // Index 0, 12 and 13 are the sheet's; the others follow the vendor's list of zones.
    constexpr std::array<int, 33> zones{0,    60,   120,  180,  210,  240,  270,  300,  330,  345,  360,
                                        390,  420,  480,  540,  570,  600,  660,  720,  780,  -60,  -120,
                                        -180, -210, -240, -300, -360, -420, -480, -540, -600, -660, -720};
    if (index < 0 || index >= static_cast<std::int64_t>(zones.size())) return std::nullopt;
    return zones[static_cast<std::size_t>(index)];
}

} // namespace gatehouse::dahua
