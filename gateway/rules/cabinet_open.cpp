#include "gateway/rules/cabinet.hpp"
#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {

bool is_cabinet(const model::Event& event, std::string_view device_kind)
{
    const auto* body = std::get_if<model::Tamper>(&event.body);
    return body != nullptr && body->part == "case" &&
           (device_kind == "controller" || device_kind == "barrier");
}

namespace {

std::optional<Signal> classify_cabinet_open(const model::Event& event)
{
    const auto* body = std::get_if<model::Tamper>(&event.body);
    if (body == nullptr || body->part != "case") return std::nullopt;
    return lasting(body->active, "", "");
}

std::string cabinet_open_sentence(const std::string& place, const Signal&)
{
    return place + "的机箱被打开";
}

} // namespace

// The cabinet of a controller or barrier stands open (S-07). Less than tampering with a terminal on the wall:
// the maintenance firm opens cabinets too.
const RuleSpec cabinet_open{.name = "cabinet-open",
                            .kind = "cabinet_open",
                            .severity = 2,
                            .classify = classify_cabinet_open,
                            .sentence = cabinet_open_sentence,
                            .concerns = is_cabinet,
                            .while_armed = true};

} // namespace gatehouse::rules
