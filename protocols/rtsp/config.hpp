#pragma once
#include "gateway/config/site.hpp"
#include "vision/link/camera_config.hpp"

#include <string>

namespace gatehouse::rtsp {

// What one [[device]] with protocol = "rtsp" says. sample.toml explains every key.
struct Config {
    std::string id;
    std::string main;     // rtsp:// of the large stream
    std::string sub;      // of the small one; may be empty
    std::string snapshot; // http(s):// of a JPEG; may be empty
    std::string username;
    base::Secret password;
    vision::CameraConfig camera;

    // What the worker is asked to watch.
    [[nodiscard]] vision::Watch watch(std::chrono::minutes utc_offset) const;
};

// Reads the keys of one device. Wrong values are reported through the table and yield the default.
[[nodiscard]] Config read_config(const config::DeviceConfig& device, config::Table& table);

} // namespace gatehouse::rtsp
