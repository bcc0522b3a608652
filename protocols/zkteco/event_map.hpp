#pragma once
#include "gateway/model/event.hpp"
#include "protocols/zkteco/records.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::zkteco {

// Why a record is understood and brings no event.
enum class Refusal { none, not_wanted, unknown_event, no_time, malformed };
[[nodiscard]] std::string_view to_string(Refusal refusal);

// A record of the device as the model knows it: body, device_time, device_record, direction, key. The session
// adds the rest.
struct Mapped {
    model::Event event;
    Refusal refusal = Refusal::none;
    std::string text; // what the record says in words, also when it is refused; no person in it
};

// How this device's records are to be read.
struct Reading {
    std::chrono::minutes utc_offset{480};
    bool punch_direction = false;
    bool old_verify = true; // attendance only
};

[[nodiscard]] Mapped map(const Punch& punch, const Reading& reading);
[[nodiscard]] Mapped map(const Operation& operation, const Reading& reading);
// A line of rtlog.
[[nodiscard]] Mapped map_access(const Fields& fields, const Reading& reading);

// face, card, fingerprint ... by the number of the way to identify (sheet §4).
[[nodiscard]] std::string_view credential_of(int verify, bool old_numbers);

// What a negative result of a command means and what to do, in both languages (sheet §3).
[[nodiscard]] std::string explain_return(int code);

} // namespace gatehouse::zkteco
