#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

std::optional<Signal> classify_fire(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (notice == nullptr || notice->what != "fire") return std::nullopt;
    return lasting(!notice->ok, "", "");
}

std::string fire_sentence(const std::string&, const Signal&)
{
    return "消防信号触发：道闸和门已下令打开并保持，须由指定人员确认后解除";
}

} // namespace

// A fire input is on, or was: it lasts until a person has cleared it.
const RuleSpec fire{
    .name = "fire", .kind = "fire", .severity = 1, .classify = classify_fire, .sentence = fire_sentence};

} // namespace gatehouse::rules
