#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_vehicle_waiting(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (notice == nullptr || notice->what != "vehicle_waiting") return std::nullopt;
    return lasting(!notice->ok, notice->detail, "");
}

std::string vehicle_waiting_sentence(const std::string& place, const Signal&)
{
    return place + "有车辆长时间等待，请到场处理";
}

} // namespace

// A vehicle that stands at a barrier and is not let in. It is told after a minute, so less than that is no
// time for this rule; the time runs from its first sign.
const RuleSpec vehicle_waiting{.name = "vehicle-waiting",
                               .kind = "vehicle_waiting",
                               .severity = 4,
                               .after = 180s,
                               .classify = classify_vehicle_waiting,
                               .sentence = vehicle_waiting_sentence,
                               .while_armed = true};

} // namespace gatehouse::rules
