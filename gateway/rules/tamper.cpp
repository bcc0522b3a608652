#include "gateway/rules/cabinet.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_tamper(const model::Event& event)
{
    const auto* body = std::get_if<model::Tamper>(&event.body);
    if (!body) return std::nullopt;
    return lasting(body->active, body->part, "");
}

std::string tamper_sentence(const std::string& place, const Signal&)
{
    return place + "被遮挡、拆动或破坏";
}

bool is_no_cabinet(const model::Event& event, std::string_view device_kind)
{
    return !is_cabinet(event, device_kind);
}

} // namespace

// Somebody covers, opens or shakes a device.
const RuleSpec tamper{.name = "tamper",
                      .kind = "tamper",
                      .severity = 1,
                      .classify = classify_tamper,
                      .sentence = tamper_sentence,
                      .concerns = is_no_cabinet};

} // namespace gatehouse::rules
