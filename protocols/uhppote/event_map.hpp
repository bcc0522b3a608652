#pragma once
#include "gateway/model/event.hpp"
#include "protocols/uhppote/event_messages.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::uhppote {

// Why a record is understood and not wanted.
enum class Refusal { none, no_event, overwritten, unknown_reason };
[[nodiscard]] std::string_view to_string(Refusal refusal);

// A record of the board as the model knows it: body, device_time, device_record, direction, key. The session
// adds the rest.
struct Mapped {
    model::Event event;
    Refusal refusal = Refusal::none;
    std::string text; // what the record says in words, also when it is refused
};

// `epoch`: how often the board's numbering has begun anew; part of the key, so that a number is unique.
[[nodiscard]] Mapped map(const EventRecord& record, unsigned epoch, std::chrono::minutes utc_offset);

// Board time is local, without zone and without daylight saving.
[[nodiscard]] base::WallTime to_wall(LocalTime time, std::chrono::minutes utc_offset);
[[nodiscard]] LocalTime to_local(base::WallTime time, std::chrono::minutes utc_offset);

} // namespace gatehouse::uhppote
