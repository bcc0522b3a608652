#pragma once
#include "protocols/facepush/reading.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::facepush {

// Family A (sheet A1, A2): what a terminal is asked, what it answers, what it calls back with. Pure.

// One request to a terminal; `pass` is added by whoever sends it.
struct Call {
    std::string path; // "/person/create"
    std::vector<std::pair<std::string, std::string>> fields = {};
    bool read_only = false;
};
[[nodiscard]] std::string form_body(const Call& call, const std::string& pass);
// The fields as JSON for a terminal that fetches its orders: what is JSON text itself becomes an object.
[[nodiscard]] std::string task_param(const Call& call, const std::string& pass);

enum class Verdict { done, refused, wrong_password, not_there, unreadable };

// {"result":1,"success":true,"msg":"…","data":…,"code":"…"}.
struct Said {
    Verdict verdict = Verdict::unreadable;
    std::string code;
    std::string text; // a sentence in both languages when it is not done
    Fields fields;
};
[[nodiscard]] Said judged(unsigned status, std::string_view body);
[[nodiscard]] Said judged(const std::optional<Fields>& fields);

// What a terminal posts to us.
struct Callback {
    enum class Kind { identify, heartbeat, face_enrolled, task_request, task_result, unknown };
    Kind kind = Kind::unknown;
    std::string device_key;
};
// `target` of the request, whose last part may tell; else by the fields.
[[nodiscard]] Callback callback_of(std::string_view target, std::string_view method, const Fields& fields);
// The record of an identify callback, or of one row of /newFindRecords.
[[nodiscard]] Read read_identify(const Fields& fields, std::chrono::minutes offset);

} // namespace gatehouse::facepush
