#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_records_lost(const model::Event& event)
{
    const auto* gap = std::get_if<model::Gap>(&event.body);
    if (!gap) return std::nullopt;
    Signal signal;
    signal.why = std::to_string(gap->count);
    return signal;
}

std::string records_lost_sentence(const std::string& place, const Signal& signal)
{
    return place + "有" + signal.why + "条记录缺失";
}

} // namespace

// Records that are known to be missing: lost in a device, or deleted here before delivery.
const RuleSpec records_lost{"records-lost",        "records_lost",       3, 0s,
                            classify_records_lost, records_lost_sentence};

} // namespace gatehouse::rules
