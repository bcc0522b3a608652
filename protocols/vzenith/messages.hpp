#pragma once
#include "protocols/vzenith/json_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gatehouse::vzenith {

// Date and time as the camera shows it, without a zone.
struct LocalTime {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

// A vehicle that a camera saw: PlateResult of a push, of a live result or of a record. Fields that were left
// out are empty; codes stay numbers.
struct PlateReport {
    std::string serial;
    std::string license; // as it was written
    std::optional<std::int64_t> plate_id;
    bool offline = false; // stored, sent later
    int channel = 0;
    std::optional<std::int64_t> color, direction, trigger, confidence, car_color, car_bright, car_type;
    std::optional<std::int64_t> sec, usec;
    std::optional<LocalTime> local;
    bool opened_by_list = false; // the camera raised the barrier by its own list
    bool encrypted = false;      // the text is there, its values cannot be read
    std::string scene;           // JPEG
    std::string crop;            // JPEG of the plate
};

struct InputReport {
    std::string serial;
    std::optional<std::int64_t> source, value;
};

// Registration, heartbeat or comet poll. The password that comes with it is not kept.
struct SignOfLife {
    std::string serial;
};

// Understood, and no event: bytes of a serial port, a snapshot.
struct Unwanted {
    enum class What { serial_data, snapshot, unknown };
    What what = What::unknown;
};

// Not understood at all.
struct Unreadable {
    std::string why;
};

using Push = std::variant<PlateReport, InputReport, SignOfLife, Unwanted, Unreadable>;

// What a camera posted (sheet §3). total: any bytes.
[[nodiscard]] Push read_push(std::string_view body);
// A live result or an answer to get_record (sheet §2), with the pictures that follow the text.
[[nodiscard]] std::optional<PlateReport> read_result(const JsonValue& text, std::string_view pictures);
// "2015-1-20 11:00:00": dates come without padding. total.
[[nodiscard]] std::optional<LocalTime> read_local_time(std::string_view text);

} // namespace gatehouse::vzenith
