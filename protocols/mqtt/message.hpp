#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace gatehouse::mqtt {

// The largest payload that we take (§8); a larger one is dropped before anything is copied.
constexpr std::size_t payload_size_max = 64U * 1024;

// One message to publish.
struct Outgoing {
    std::uint64_t id = 0; // ours, for the answer; not the packet id
    std::string topic;
    std::string payload;
    bool retained = false;
    std::string correlation; // MQTT 5 correlation data of the request this replies to
    int qos = 1;
    std::chrono::seconds expiry{0}; // MQTT 5 message expiry; 0: none
};

// One message that arrived on a subscribed topic.
struct Incoming {
    std::string topic;
    std::string payload;
    bool too_large = false; // the payload is left out
    bool retained = false;
    bool live = true;           // false: may have waited at the broker while we were away
    std::string response_topic; // MQTT 5; empty: none
    std::string correlation;
};

// How the broker answered a PUBLISH. `code` is the MQTT 5 reason code; 3.1.1 knows only success.
struct Answer {
    bool from_broker = false; // false: the link failed before an answer came
    int code = 0;
};

// How a CONNECT ended.
struct Greeting {
    bool accepted = false;
    int code =
        0; // MQTT 5 reason code (>= 0x80), 3.1.1 return code (1..5), or negative: never reached the broker
    std::string why;
    std::size_t receive_maximum = 65535;
    std::size_t packet_max = 256U * 1024 * 1024; // the largest packet that MQTT knows, or the broker takes
    bool session_present = true; // the broker kept our session, and what came for it meanwhile
};

} // namespace gatehouse::mqtt
