#include "gateway/rules/replay.hpp"

namespace gatehouse::rules {

void Replay::take(const model::Entry& entry)
{
    for (const auto& rule : rules_) {
        count(rule->tick(entry.event.received_at));
        count(rule->observe(entry));
    }
}

void Replay::count(const std::vector<Finding>& findings)
{
    for (const auto& finding : findings) {
        const std::tuple place(finding.kind, finding.device, finding.lane);
        if (finding.change == Finding::Change::clear)
            lasting_.erase(place);
        else if (!finding.lasts || lasting_.insert(place).second)
            ++raised_[finding.kind];
    }
}

} // namespace gatehouse::rules
