#pragma once
#include "gateway/rules/condition_rule.hpp"
#include "gateway/rules/positions.hpp"

namespace gatehouse::rules {

// A rule about orders that must know where barriers are. Two rows share the work, so that one order leads to
// one alert: `barrier-stuck` speaks of barriers that tell their position, `command-unconfirmed` of everything
// else.
class OrderRule : public Rule {
public:
    OrderRule(const RuleSpec& spec, const Site& site, base::Metrics& metrics)
        : conditions_(spec, site, metrics), site_(site)
    {
    }

    [[nodiscard]] std::string_view name() const override { return conditions_.name(); }
    std::vector<Finding> observe(const model::Entry& entry) override
    {
        positions_.note(entry.event);
        return judge(entry);
    }
    std::vector<Finding> tick(WallTime now) override { return conditions_.tick(now); }
    [[nodiscard]] bool take_changed() override
    {
        const bool moved = positions_.take_changed();
        return conditions_.take_changed() || moved;
    }
    [[nodiscard]] std::string save() const override { return positions_.save() + conditions_.save(); }
    void load(std::string_view text) override
    {
        positions_.load(text);
        conditions_.load(text);
    }

protected:
    // What the entry means, after a movement in it is known to `positions_`.
    virtual std::vector<Finding> judge(const model::Entry& entry) = 0;

    Positions positions_;
    ConditionRule conditions_;
    Site site_;
};

} // namespace gatehouse::rules
