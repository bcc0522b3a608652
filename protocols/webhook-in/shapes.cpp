#include "protocols/webhook-in/shapes.hpp"

namespace gatehouse::webhook_in {
namespace {

using Slots = std::vector<Slot>;

constexpr bool required = true;
constexpr bool personal = true;

Slot text(FieldName name, bool is_required = false, bool is_personal = false)
{
    return {name, Type::text, is_required, is_personal, {}};
}
Slot number(FieldName name)
{
    return {name, Type::number, false, false, {}};
}
Slot flag(FieldName name, bool is_required = false)
{
    return {name, Type::flag, is_required, false, {}};
}
Slot word(FieldName name, bool is_required, std::vector<std::string> words)
{
    return {name, Type::word, is_required, false, std::move(words)};
}

// What every event may have besides.
Slots with_common(Slots slots)
{
    slots.push_back({"time", Type::time, false, false, {}});
    slots.push_back({"sent", Type::time, false, false, {}});
    slots.push_back(text("record"));
    slots.push_back(word("direction", false, {"in", "out", "unknown"}));
    slots.push_back(flag("history"));
    return slots;
}

std::vector<Shape> make_shapes()
{
    return {
        {Becomes::vehicle, "vehicle",
         with_common({text("plate", required, personal), flag("passed"), text("color"), number("confidence"),
                      text("vehicle_type"), text("vehicle_color"),
                      word("list", false, {"allow", "deny", "temporary", ""}), number("lane")})},
        {Becomes::access, "access",
         with_common(
             {flag("granted", required),
              word("credential", false,
                   {"face", "card", "code", "password", "fingerprint", "button", "remote", "unknown"}),
              text("person", false, personal), text("card", false, personal),
              word("user_type", false, {"normal", "visitor", "block_list", ""}),
              word("reason", false,
                   {"no_permission", "schedule", "expired", "unknown_credential", "anti_passback",
                    "interlock", "block_list", "not_recognised", "wrong_password", "other"}),
              number("door"), number("reader")})},
        {Becomes::door, "door",
         with_common({word("position", required,
                           {"opened", "closed", "unlocked", "locked", "forced_open", "held_open",
                            "remain_open", "remain_closed", "normal", "unknown"}),
                      number("door")})},
        {Becomes::barrier, "barrier",
         with_common({word("position", required, {"open", "closed", "unknown"}), number("output")})},
        {Becomes::barrier_fault, "barrier_fault",
         with_common({word("fault", required,
                           {"blocked", "boom_off", "wiring", "tailgating", "reverse", "forced", "climbed",
                            "time_out", "intrusion"}),
                      flag("active"), number("output")})},
        {Becomes::tamper, "tamper",
         with_common({word("part", false, {"lens", "case", "reader", "zone", "scene"}), flag("active")})},
        {Becomes::duress, "duress", with_common({number("door"), text("person", false, personal)})},
        {Becomes::input, "input", with_common({number("input"), flag("active", required)})},
        {Becomes::detection, "detection",
         with_common({word("what", required,
                           {"motion", "intrusion", "line_crossing", "region_entrance", "region_exit",
                            "doorbell", "unattended", "fire"}),
                      word("target", false, {"human", "vehicle", "others", ""}), number("channel"),
                      number("region"), flag("active")})},
        {Becomes::health, "health",
         with_common({word("what", required,
                           {"storage", "network", "power", "video", "reader", "login_lock", "firmware"}),
                      flag("ok"), text("detail")})},
        {Becomes::heartbeat,
         "heartbeat",
         {{"time", Type::time, false, false, {}},
          {"sent", Type::time, false, false, {}},
          text("model"),
          text("serial", false, personal),
          text("firmware")}},
        {Becomes::ignore, "ignore", {}},
    };
}

} // namespace

const std::vector<Shape>& shapes()
{
    static const std::vector<Shape> all = make_shapes();
    return all;
}

const Shape& shape_of(Becomes becomes)
{
    return shapes()[static_cast<std::size_t>(becomes)];
}

} // namespace gatehouse::webhook_in
