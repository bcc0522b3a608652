#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_zone_occupied(const model::Event& event)
{
    const auto* seen = std::get_if<model::Detection>(&event.body);
    if (seen == nullptr || seen->what != "occupied") return std::nullopt;
    return lasting(seen->active, std::to_string(seen->region), seen->name);
}

std::string zone_occupied_sentence(const std::string& place, const Signal& signal)
{
    return place + "画面中的禁停区域" + (signal.why.empty() ? signal.part : "“" + signal.why + "”") +
           "被占用";
}

} // namespace

// A place that has to be kept free, such as a fire lane, is not. The camera's configuration says for how
// long.
const RuleSpec zone_occupied{"zone-occupied",        "zone_occupied",       3, 0s,
                             classify_zone_occupied, zone_occupied_sentence};

} // namespace gatehouse::rules
