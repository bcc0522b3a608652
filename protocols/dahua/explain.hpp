#pragma once
#include "protocols/dahua/event_map.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::dahua {

// What a recording of a device would have become, one line a part: for `device replay`. Takes the body of a
// stream, a post, a bare document, or a whole HTTP message with its head. No plate, card or person appears in
// it. Pure.
[[nodiscard]] std::vector<std::string> explain_bytes(std::string_view bytes, const MapContext& context);

// Makes a recording fit to be handed over (pains 13): plates, names, cards, user ids, serial numbers and
// network addresses become pseudonyms of the same length, pictures become blank, and nothing else changes:
// framing, announced lengths and the device's mistakes stay, so a replay tells the same events. total.
[[nodiscard]] std::string redact(std::string bytes);

} // namespace gatehouse::dahua
