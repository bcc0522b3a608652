#include "protocols/rtsp/config.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::rtsp {
namespace {

constexpr std::array stream_schemes{"rtsp"};
constexpr std::array picture_schemes{"http", "https"};

template <class Schemes>
std::string checked_url(config::Table& table, std::string_view key, std::string text, const Schemes& schemes,
                        const std::string& right)
{
    const auto parsed = boost::urls::parse_uri(text);
    const bool fits = parsed && !parsed->host().empty() &&
                      std::any_of(schemes.begin(), schemes.end(),
                                  [&](std::string_view scheme) { return parsed->scheme() == scheme; });
    if (!fits) {
        table.issue(key, "is no address of a camera's picture; right would be \"" + right + "\"");
        return {};
    }
    if (!parsed->encoded_userinfo().empty())
        table.issue(key, "holds a user name or password; write them as username and password instead");
    return text;
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table)
{
    Config config;
    config.id = device.id;
    config.username = device.username;
    config.password = device.password;
    if (device.kind != "camera")
        table.issue("kind",
                    "a plain camera is a \"camera\"; plates are asked for with vision = [\"plates\"]");
    config.main =
        checked_url(table, "address", device.address, stream_schemes, "rtsp://192.0.2.71:554/stream1");
    if (auto sub = table.text("sub"); !sub.empty())
        config.sub =
            checked_url(table, "sub", std::move(sub), stream_schemes, "rtsp://192.0.2.71:554/stream2");
    if (auto snapshot = table.text("snapshot"); !snapshot.empty())
        config.snapshot = checked_url(table, "snapshot", std::move(snapshot), picture_schemes,
                                      "http://192.0.2.71/snapshot.jpg");
    config.camera = vision::read_camera(table, {.health = true, .plates = false, .faces = false});
    return config;
}

vision::Watch Config::watch(std::chrono::minutes utc_offset) const
{
    vision::Watch wanted;
    wanted.camera = id;
    wanted.sources.push_back({"main", main});
    if (!sub.empty()) wanted.sources.push_back({"sub", sub});
    if (!snapshot.empty()) wanted.sources.push_back({"snapshot", snapshot});
    wanted.username = username;
    wanted.password = password;
    wanted.wants = camera.wants;
    wanted.health = camera.health;
    wanted.plates = camera.plates;
    wanted.zones = camera.zones;
    wanted.utc_offset_minutes = utc_offset.count();
    return wanted;
}

} // namespace gatehouse::rtsp
