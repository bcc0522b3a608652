#include "gateway/app/registry.hpp"

#include "protocols/isapi/driver.hpp"
#include "protocols/mqtt/sink.hpp"

#include <array>

namespace gatehouse::app {
namespace {

constexpr std::array device_table{
    DeviceProtocol{"isapi", &isapi::check_config, &isapi::make_driver},
};

constexpr std::array upstream_table{
    UpstreamProtocol{"mqtt", &mqtt::check_config, &mqtt::make_sink},
};

} // namespace

std::span<const DeviceProtocol> device_protocols()
{
    return device_table;
}

std::span<const UpstreamProtocol> upstream_protocols()
{
    return upstream_table;
}

config::ProtocolChecks Registry::checks() const
{
    config::ProtocolChecks checks;
    for (const auto& protocol : devices)
        checks.devices[std::string(protocol.name)] = protocol.check;
    for (const auto& protocol : upstreams)
        checks.upstreams[std::string(protocol.name)] = protocol.check;
    return checks;
}

const DeviceProtocol* Registry::device(std::string_view name) const
{
    for (const auto& protocol : devices)
        if (protocol.name == name) return &protocol;
    return nullptr;
}

const UpstreamProtocol* Registry::upstream(std::string_view name) const
{
    for (const auto& protocol : upstreams)
        if (protocol.name == name) return &protocol;
    return nullptr;
}

} // namespace gatehouse::app
