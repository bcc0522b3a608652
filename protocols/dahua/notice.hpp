#pragma once
#include "protocols/dahua/fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::dahua {

// One event as the device told it, by whatever way.
struct Notice {
    std::string code;   // "TrafficJunction"
    std::string action; // Start | Stop | Pulse | State; as given
    std::optional<int> index;
    Tree data; // never null; may be empty
};

// What one text part came to: events, a heartbeat, or neither and why.
struct Notices {
    std::vector<Notice> events;
    bool heartbeat = false;
    std::string flaw; // one plain sentence; empty: understood
};

// Reads a text part of a stream or the JSON of a post: "Heartbeat", "Code=...;action=...;index=...;data={}"
// (sheet §3), "Events[0]..." lines (§4), {"Events":[...]} (§6a) or one {"Code","Action","Data","Index"} (§7).
// total.
[[nodiscard]] Notices read_notices(std::string_view text);

} // namespace gatehouse::dahua
