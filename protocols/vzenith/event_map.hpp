#pragma once
#include "gateway/model/event.hpp"
#include "protocols/vzenith/messages.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::vzenith {

enum class RefusalReason {
    none,
    incomplete,     // lacks what makes it an event
    encrypted,      // its values cannot be read
    own_trigger,    // the camera tells that it was told to take a picture
    unknown_source, // an input that no manual names
    serial_data,
    snapshot,
    unknown_type,
};
[[nodiscard]] std::string_view to_string(RefusalReason reason); // fixed word, fit for a metric label

// The manuals disagree about sources 3 and 4 of AlarmGioIn (sheet §3).
enum class InputNumbers { of_2018, of_2023 };

// What a report came to: `event` without times but device_time, or a refusal that is counted by its reason.
struct Mapped {
    RefusalReason refusal = RefusalReason::none;
    std::string text; // one plain sentence when refused
    model::Event event;
    [[nodiscard]] bool refused() const { return refusal != RefusalReason::none; }
};

// Total. The key is the same whichever way the record comes: it holds the camera's time, so a counter that
// starts anew does no harm. A report without any time has no key; whoever takes it finds one.
[[nodiscard]] Mapped map(const PlateReport& report, std::chrono::minutes utc_offset);
[[nodiscard]] Mapped map(const InputReport& report, InputNumbers numbers);
[[nodiscard]] Mapped refusal_of(const Unwanted& message);

// UTC of a date and time in site time; nothing for what is no date.
[[nodiscard]] std::optional<base::WallTime> wall_time(const LocalTime& time, std::chrono::minutes utc_offset);
// "2026-01-31 08:05:00" in site time.
[[nodiscard]] std::string local_text(base::WallTime time, std::chrono::minutes utc_offset);

} // namespace gatehouse::vzenith
