#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_device_silent(const model::Event& event)
{
    const auto* link = std::get_if<model::DeviceLink>(&event.body);
    if (!link || link->state == model::LinkState::unknown) return std::nullopt;
    return lasting(link->state == model::LinkState::silent, "", "");
}

std::string device_silent_sentence(const std::string& place, const Signal&)
{
    return place + "连接正常但不再上报事件";
}

} // namespace

// A device that is connected and yet no longer proves that its events arrive (pains 1).
const RuleSpec device_silent{"device-silent",        "device_silent",       4, 0s,
                             classify_device_silent, device_silent_sentence};

} // namespace gatehouse::rules
