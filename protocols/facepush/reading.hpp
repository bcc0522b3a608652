#pragma once
#include "gateway/model/event.hpp"
#include "protocols/facepush/fields.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::facepush {

// Somebody before a terminal, as the terminal told it: what every family's record comes to.
struct Reading {
    std::string sender; // the device it claims to be from
    std::string record; // the device's own number, unchanged
    std::string key;    // what makes it unique at its device; empty: live and never repeated
    bool granted = false;
    std::string credential = "face";
    std::string person; // our id; empty: a stranger
    std::string user_type;
    std::string reason; // when not granted
    std::optional<base::WallTime> time;
    bool later = false;         // kept by the device and sent afterwards
    std::string picture_base64; // as it came
    std::string picture_url;    // on the device
};

enum class Unread {
    none,
    not_a_record,  // understood: nothing that an event is made of
    unknown_type,  // a kind of record nobody knows here
    incomplete,    // lacks what makes it a record
    other_device,  // of another device on the same topic
    operation_log, // settings, enrolments
};
inline constexpr std::size_t unread_reasons = 6;
[[nodiscard]] std::string_view to_string(Unread reason); // fixed word, fit for a metric label

// A reading, or why there is none.
struct Read {
    std::optional<Reading> reading;
    Unread reason = Unread::none;
    std::string text; // one plain sentence when there is none
};
[[nodiscard]] Read unread(Unread reason, std::string text);

// "face_0" of family A: credential and verdict. False: nobody knows this word here.
[[nodiscard]] bool read_type(std::string_view type, Reading& reading);
// A stranger's stand-in for a person id is no id.
[[nodiscard]] bool is_stranger(std::string_view person);
// What was percent-encoded once more before it was sent.
[[nodiscard]] std::string once_more_decoded(std::string_view text);
// Milliseconds since 1970, or YYYY-MM-DD HH:MM:SS in local time.
[[nodiscard]] std::optional<base::WallTime> time_of(std::string_view text, std::chrono::minutes offset);
// YYYY-MM-DD HH:MM:SS.
[[nodiscard]] std::string local_text(base::WallTime time, std::chrono::minutes offset);

// Without times, pictures and history: the session knows those.
[[nodiscard]] model::Event event_of(const Reading& reading, const std::string& device);

} // namespace gatehouse::facepush
