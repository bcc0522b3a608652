#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

bool was_denied(const model::Event& event)
{
    return event.decision && event.decision->rule == "deny-list";
}

// Who or what, never which one: chat groups read the sentence.
Signal subject(std::string what)
{
    Signal signal;
    signal.why = std::move(what);
    return signal;
}

std::optional<Signal> classify_deny_listed(const model::Event& event)
{
    if (const auto* vehicle = std::get_if<model::VehiclePassage>(&event.body)) {
        if (vehicle->device_list != "deny" && !was_denied(event)) return std::nullopt;
        return subject("车辆");
    }
    const auto* attempt = std::get_if<model::AccessAttempt>(&event.body);
    if (attempt == nullptr) return std::nullopt;
    const bool by_device = attempt->user_type == "block_list" || attempt->reason == "block_list";
    if (!by_device && !was_denied(event)) return std::nullopt;
    return subject("人员");
}

std::string deny_listed_sentence(const std::string& place, const Signal& signal)
{
    return place + "出现禁止名单中的" + signal.why + "，请按名单上的处置要求处理";
}

} // namespace

// Somebody or something on a list that keeps out, ours or the device's own. Only a person ends this alert.
const RuleSpec deny_listed{"deny-listed", "deny_listed", 2, 0s, classify_deny_listed, deny_listed_sentence};

} // namespace gatehouse::rules
