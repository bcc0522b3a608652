#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_device_flapping(const model::Event& event)
{
    const auto* link = std::get_if<model::DeviceLink>(&event.body);
    if (link == nullptr) return std::nullopt;
    if (link->state != model::LinkState::down && link->state != model::LinkState::silent) return std::nullopt;
    return Signal{};
}

std::string device_flapping_sentence(const std::string& place, const Signal&)
{
    return place + "的连接时断时续，请检查网络和供电";
}

} // namespace

// A device whose link is lost again and again: a loose plug or a weak supply, not a device that is gone.
const RuleSpec device_flapping{.name = "device-flapping",
                               .kind = "device_flapping",
                               .severity = 4,
                               .classify = classify_device_flapping,
                               .sentence = device_flapping_sentence,
                               .often = {4, 30min}};

} // namespace gatehouse::rules
