#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify(const model::Event& event)
{
    const auto* body = std::get_if<model::Tamper>(&event.body);
    if (!body) return std::nullopt;
    return lasting(body->active, body->part, "");
}

std::string sentence(const std::string& place, const Signal&)
{
    return place + "被遮挡、拆动或破坏";
}

} // namespace

// Somebody covers, opens or shakes a device.
const RuleSpec tamper{"tamper", "tamper", 1, 0s, classify, sentence};

} // namespace gatehouse::rules
