#pragma once
#include "gateway/device/driver.hpp"
#include "protocols/zkteco/config.hpp"

#include <chrono>
#include <string>

namespace gatehouse::zkteco {

// What we tell a device when it says hello. Pure.

// How far an attendance device says it has come in each table: opaque, echoed (sheet §2).
struct Stamps {
    std::string punches = "9999";
    std::string operations = "9999";
    std::string photos = "9999";
};

// Asks for punches and operations only: no photographs, fingers or faces. `zone`: the TimeZone option, empty
// to leave the device's own alone; `serve_time`: whether it shall ask us for the time.
[[nodiscard]] std::string attendance_options(const std::string& serial, const Stamps& stamps,
                                             std::chrono::milliseconds poll_every, const std::string& zone,
                                             bool serve_time);

// `registry_code`: empty in the answer to /iclock/push, where it is known already.
[[nodiscard]] std::string access_options(const std::string& registry_code, const std::string& session_id,
                                         std::chrono::milliseconds poll_every);

// "Time=2026-05-05T17:40:20+08:00" and "DateTime=<number>,ServerTZ=+0800".
[[nodiscard]] std::string attendance_time(base::WallTime now, std::chrono::minutes utc_offset);
[[nodiscard]] std::string access_time(base::WallTime now, std::chrono::minutes utc_offset, bool in_utc);

[[nodiscard]] device::PushReply plain(std::string body, unsigned status = 200);

} // namespace gatehouse::zkteco
