#include "gateway/app/registry.hpp"

#include "gateway/rules/catalogue.hpp"
#include "protocols/dahua/driver.hpp"
#include "protocols/dahua/find.hpp"
#include "protocols/dingtalk/channel.hpp"
#include "protocols/facepush/driver.hpp"
#include "protocols/feishu/channel.hpp"
#include "protocols/isapi/driver.hpp"
#include "protocols/isapi/find.hpp"
#include "protocols/modbus/driver.hpp"
#include "protocols/mqtt/sink.hpp"
#include "protocols/onvif/driver.hpp"
#include "protocols/onvif/find.hpp"
#include "protocols/osdp/driver.hpp"
#include "protocols/rtsp/driver.hpp"
#include "protocols/smtp/channel.hpp"
#include "protocols/uhppote/driver.hpp"
#include "protocols/uhppote/find.hpp"
#include "protocols/vzenith/driver.hpp"
#include "protocols/webhook-in/driver.hpp"
#include "protocols/webhook/channel.hpp"
#include "protocols/wecom/channel.hpp"
#include "protocols/zkteco/driver.hpp"

#include <array>

namespace gatehouse::app {
namespace {

constexpr std::array device_table{
    DeviceProtocol{"dahua", &dahua::check_config, &dahua::make_driver, &dahua::find_method},
    DeviceProtocol{"facepush", &facepush::check_config, &facepush::make_driver, nullptr},
    DeviceProtocol{"isapi", &isapi::check_config, &isapi::make_driver, &isapi::find_cameras},
    DeviceProtocol{"modbus", &modbus::check_config, &modbus::make_driver, nullptr},
    DeviceProtocol{"onvif", &onvif::check_config, &onvif::make_driver, &onvif::ws_discovery},
    DeviceProtocol{"osdp", &osdp::check_config, &osdp::make_driver, nullptr},
    DeviceProtocol{"rtsp", &rtsp::check_config, &rtsp::make_driver, nullptr},
    DeviceProtocol{"uhppote", &uhppote::check_config, &uhppote::make_driver, &uhppote::find_boards},
    DeviceProtocol{"vzenith", &vzenith::check_config, &vzenith::make_driver, nullptr},
    DeviceProtocol{"webhook-in", &webhook_in::check_config, &webhook_in::make_driver, nullptr},
    DeviceProtocol{"zkteco", &zkteco::check_config, &zkteco::make_driver, nullptr},
};

constexpr std::array upstream_table{
    UpstreamProtocol{"mqtt", &mqtt::check_config, &mqtt::make_sink},
};

constexpr std::array notify_table{
    NotifyProtocol{"dingtalk", &dingtalk::check_config, &dingtalk::make_channel},
    NotifyProtocol{"feishu", &feishu::check_config, &feishu::make_channel},
    NotifyProtocol{"smtp", &smtp::check_config, &smtp::make_channel},
    NotifyProtocol{"webhook", &webhook::check_config, &webhook::make_channel},
    NotifyProtocol{"wecom", &wecom::check_config, &wecom::make_channel},
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

std::span<const NotifyProtocol> notify_protocols()
{
    return notify_table;
}

config::Vocabulary Registry::vocabulary() const
{
    config::Vocabulary words;
    for (const auto& protocol : devices)
        words.devices[std::string(protocol.name)] = protocol.check;
    for (const auto& protocol : upstreams)
        words.upstreams[std::string(protocol.name)] = protocol.check;
    for (const auto& protocol : notifies)
        words.notifies[std::string(protocol.name)] = protocol.check;
    for (const auto* rule : rules::catalogue())
        words.rules.push_back({std::string(rule->name), rules::keys_of(*rule)});
    return words;
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

const NotifyProtocol* Registry::notify(std::string_view name) const
{
    for (const auto& protocol : notifies)
        if (protocol.name == name) return &protocol;
    return nullptr;
}

std::unique_ptr<device::Driver> Registry::make(const config::DeviceConfig& config, config::Table table,
                                               device::DriverContext context) const
{
    const auto* protocol = device(config.protocol);
    return protocol == nullptr ? nullptr : protocol->make(config, std::move(table), std::move(context));
}

} // namespace gatehouse::app
