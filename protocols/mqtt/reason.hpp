#pragma once
#include "gateway/upstream/sink.hpp"
#include "protocols/mqtt/message.hpp"

namespace gatehouse::mqtt {

// What a PUBACK means for the entry (§4: a reason of 0x80 or more is a failure, not a delivery). Quota,
// server busy and everything unspecified: later. Not authorised: later and not before a minute has passed,
// for it is the broker's access list that is wrong. Bad topic, bad payload, too large: this message will
// never be taken.
[[nodiscard]] upstream::Verdict verdict_of(const Answer& answer);

// The broker knows us and does not want us: wait at least a minute before the next attempt.
[[nodiscard]] bool is_auth_failure(const Greeting& greeting);
// The broker does not speak this MQTT version, or hung up on it.
[[nodiscard]] bool is_version_failure(const Greeting& greeting);

// A plain sentence for a reason or return code.
[[nodiscard]] std::string reason_text(int code);

constexpr int reason_taken_over = 0x8E;
// After "not authorised", to a CONNECT or a PUBLISH (§4).
constexpr std::chrono::seconds auth_pause{60};

} // namespace gatehouse::mqtt
