#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_device_offline(const model::Event& event)
{
    const auto* link = std::get_if<model::DeviceLink>(&event.body);
    if (!link || link->state == model::LinkState::unknown) return std::nullopt;
    return lasting(link->state == model::LinkState::down, "", "");
}

std::string device_offline_sentence(const std::string& place, const Signal&)
{
    return place + "已离线";
}

} // namespace

// A device whose link has been down for longer than a restart takes.
const RuleSpec device_offline{"device-offline",        "device_offline",       4, 60s,
                              classify_device_offline, device_offline_sentence};

} // namespace gatehouse::rules
