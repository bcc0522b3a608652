#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The bytes of a VZ camera, from the fact sheet; shares nothing with the driver.
namespace gatehouse::sim::vzenith {

struct Packet {
    int kind = 0; // 0 JSON, 1 heartbeat
    int sequence = 0;
    std::string body;
};
[[nodiscard]] std::string packet(int kind, int sequence, std::string_view body);
// Takes a whole packet off the front of `buffer`; nothing when none is there yet. `broken` when these are no
// packets.
[[nodiscard]] std::optional<Packet> take_packet(std::string& buffer, bool& broken);

// One car that the camera saw.
struct Car {
    std::string plate; // UTF-8; empty: none read
    int plate_id = 0;  // restarts
    int record = 0;    // of the store
    std::int64_t sec = 0;
    int usec = 0;
    int trigger = 1;
    bool offline = false;
    bool picture = false;
};

[[nodiscard]] std::string jpeg();
// PlateResult as both ways spell it.
[[nodiscard]] std::string plate_result(const Car& car, const std::string& license, bool pushed);
[[nodiscard]] std::string alarm_info_plate(const Car& car, const std::string& serial, bool gb2312);
[[nodiscard]] std::string alarm_gio_in(const std::string& serial, int source, int value);
// The body of an ivs_result or of an answer to get_record, with pictures behind it.
[[nodiscard]] std::string tcp_result(const Car& car, const std::string& cmd);
[[nodiscard]] std::string registration(const std::string& serial, const std::string& boundary);

// What an answer to a post says.
struct Heard {
    bool open = false;
    int output = 0;
    std::optional<int> plate_id;
    bool proceed = true; // ContinuePushOffline
};
[[nodiscard]] Heard hear(const std::string& body);

} // namespace gatehouse::sim::vzenith
