#include "protocols/mqtt/reason.hpp"

#include <fmt/format.h>

namespace gatehouse::mqtt {

std::string reason_text(int code)
{
    switch (code) {
    case 1: return "the broker does not speak this MQTT version";
    case 2: return "the broker refuses the client id";
    case 3: return "the broker is not available";
    case 4: return "user name or password refused";
    case 5: return "not authorised";
    case 0x80: return "unspecified error at the broker";
    case 0x83: return "the broker rejects the message";
    case 0x84: return "the broker does not speak this MQTT version";
    case 0x85: return "the broker refuses the client id";
    case 0x86: return "user name or password refused";
    case 0x87: return "not authorised";
    case 0x88: return "the broker is not available";
    case 0x89: return "the broker is busy";
    case 0x8A: return "banned by the broker";
    case 0x8B: return "the broker is shutting down";
    case 0x8D: return "keep-alive timed out";
    case reason_taken_over: return "another client took over this client id";
    case 0x90: return "topic name refused";
    case 0x95: return "packet too large";
    case 0x97: return "quota exceeded";
    case 0x99: return "payload format refused";
    case 0x9A: return "retain not supported";
    default:
        return code < 0 ? "broker not reachable"
                        : fmt::format("reason 0x{:02X}", static_cast<unsigned>(code));
    }
}

upstream::Verdict verdict_of(const Answer& answer)
{
    using upstream::Delivery;
    if (!answer.from_broker) return {Delivery::later, "link lost"};
    if (answer.code < 0x80) return {Delivery::accepted, {}};
    switch (answer.code) {
    case 0x90: // topic name invalid
    case 0x95: // packet too large
    case 0x99: // payload format invalid
        return {Delivery::rejected, reason_text(answer.code)};
    case 0x87: return {Delivery::later, reason_text(answer.code), auth_pause};
    default: return {Delivery::later, reason_text(answer.code)};
    }
}

bool is_auth_failure(const Greeting& greeting)
{
    switch (greeting.code) {
    case 4:
    case 5:
    case 0x86:
    case 0x87:
    case 0x8A: return !greeting.accepted;
    default: return false;
    }
}

bool is_version_failure(const Greeting& greeting)
{
    return !greeting.accepted && (greeting.code == 1 || greeting.code == 0x84);
}

} // namespace gatehouse::mqtt
