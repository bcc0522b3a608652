#pragma once
#include "gateway/config/site.hpp"
#include "gateway/device/driver.hpp"
#include "gateway/device/find_method.hpp"
#include "gateway/notify/channel.hpp"
#include "gateway/upstream/sink.hpp"

#include <span>
#include <string_view>

namespace gatehouse::app {

// One device language. To add one: its folder under protocols/ and a row in registry.cpp.
struct DeviceProtocol {
    std::string_view name; // folder under protocols/
    void (*check)(const config::DeviceConfig&, config::Table&);
    device::MakeDriver make;
    const device::FindMethod* find = nullptr; // null: its devices cannot be searched for
};

// One upstream language.
struct UpstreamProtocol {
    std::string_view name;
    void (*check)(const config::UpstreamConfig&, config::Table&);
    upstream::MakeSink make;
};

// One language of staff channels.
struct NotifyProtocol {
    std::string_view name;
    void (*check)(const config::NotifyConfig&, config::Table&);
    notify::MakeChannel make;
};

[[nodiscard]] std::span<const DeviceProtocol> device_protocols();
[[nodiscard]] std::span<const UpstreamProtocol> upstream_protocols();
[[nodiscard]] std::span<const NotifyProtocol> notify_protocols();

// What a gateway speaks: all of it, or what a site test brings.
struct Registry {
    std::span<const DeviceProtocol> devices = device_protocols();
    std::span<const UpstreamProtocol> upstreams = upstream_protocols();
    std::span<const NotifyProtocol> notifies = notify_protocols();

    // For reading a configuration: these protocols, and the rules there are.
    [[nodiscard]] config::Vocabulary vocabulary() const;
    // Null when nobody speaks it.
    [[nodiscard]] const DeviceProtocol* device(std::string_view name) const;
    [[nodiscard]] const UpstreamProtocol* upstream(std::string_view name) const;
    [[nodiscard]] const NotifyProtocol* notify(std::string_view name) const;
    // Null when nobody speaks its language.
    [[nodiscard]] std::unique_ptr<device::Driver>
    make(const config::DeviceConfig& config, config::Table table, device::DriverContext context) const;
};

} // namespace gatehouse::app
