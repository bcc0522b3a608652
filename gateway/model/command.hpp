#pragma once
#include "gateway/base/clock.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace gatehouse::model {

enum class Action {
    barrier_open,
    barrier_close,
    door_open,
    door_close,
    alert_ack,
    device_sync,
    list_push,
    snapshot,
    arm,
    disarm,
    ping,
    log_level
};

[[nodiscard]] std::string_view to_string(Action action); // "barrier-open"
[[nodiscard]] bool parse_action(std::string_view text, Action& action);
// Whether it moves a gate or door: never retried, never executed after its deadline, never twice.
[[nodiscard]] bool moves_metal(Action action);

// Somebody's order. The id is the idempotency key: the same id is executed at most once.
struct Command {
    Command();
    Command(const Command& other);
    Command(Command&& other) noexcept;
    Command& operator=(const Command& other);
    Command& operator=(Command&& other) noexcept;
    ~Command();

    std::string id;     // ULID, or the id the sender gave
    std::string origin; // "mqtt:centre" | "api" | "cli" | "access"
    Action action = Action::ping;
    std::string device; // device id
    int output = 1;     // barrier or door number at the device
    std::string lane;   // lane id, when it was addressed by lane
    std::string operator_name;
    std::string reason;
    base::WallTime issued_at{};
    base::WallTime expires{};                // absolute deadline; epoch: none given
    bool age_known = true;                   // false: nothing shows how long it has waited on its way
    std::map<std::string, std::string> args; // further data.args, as text
};

// How a command ended. confirmed: the device was seen to do it (event or state read). accepted: the device
// said OK and nothing more is known. unknown: the gateway stopped in between and cannot tell.
enum class Status { confirmed, accepted, failed, rejected, expired, duplicate, unknown };

[[nodiscard]] std::string_view to_string(Status status);
[[nodiscard]] bool parse_status(std::string_view text, Status& status);

struct Outcome {
    Status status = Status::failed;
    std::string
        code; // short machine word for failed and rejected: timed_out, device_unknown, not_authorised ...
    std::string text;          // one plain sentence
    std::int64_t took_ms = -1; // command to confirmation, when known
    base::WallTime at{};
};

} // namespace gatehouse::model
