#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_device_new_mac(const model::Event& event)
{
    const auto* health = std::get_if<model::DeviceHealth>(&event.body);
    if (health == nullptr || health->what != "mac" || health->ok) return std::nullopt;
    return Signal{};
}

std::string device_new_mac_sentence(const std::string& place, const Signal&)
{
    return place + "的网络地址上出现了另一块网卡，请核实设备是否被更换或冒充";
}

} // namespace

// Another network card answers at a device's address (S-07): exchanged, or something in its place. A person
// says which it was.
const RuleSpec device_new_mac{.name = "device-new-mac",
                              .kind = "device_new_mac",
                              .severity = 3,
                              .classify = classify_device_new_mac,
                              .sentence = device_new_mac_sentence};

} // namespace gatehouse::rules
