#pragma once
#include "gateway/base/metrics.hpp"
#include "gateway/rules/rule.hpp"
#include "gateway/rules/rule_spec.hpp"

#include <map>
#include <utility>

namespace gatehouse::rules {

// Runs one row of the catalogue: holds the conditions that have begun, raises those that last too long and
// clears when the last one of a place has ended.
class ConditionRule final : public Rule {
public:
    // The spec's severity and time are the effective ones; its name, kind and functions are those of the
    // catalogue.
    ConditionRule(RuleSpec spec, Site site, base::Metrics& metrics);

    [[nodiscard]] std::string_view name() const override { return spec_.name; }
    std::vector<Finding> observe(const model::Entry& entry) override;
    // The same for a rule that works out by itself what the entry means to it.
    std::vector<Finding> take(const model::Entry& entry, Signal signal);
    std::vector<Finding> tick(WallTime now) override;
    [[nodiscard]] bool take_changed() override { return std::exchange(changed_, false); }
    [[nodiscard]] std::string save() const override;
    void load(std::string_view text) override;

private:
    // A thing that can be in the condition. The lane is only its label: a command and the movement it causes
    // may name different lanes of one barrier.
    struct Spot {
        std::string device;
        std::string part;
        // clang-tidy 14 misreads the default of this operator.
        auto operator<=>(const Spot&) const = default; // NOLINT(modernize-use-nullptr)
    };
    struct Condition {
        std::string lane;
        WallTime since{};
        std::int64_t cause = 0;
        std::string evidence;
        std::string why;
        bool raised = false;
    };
    std::vector<Finding> begin(const Spot& spot, Condition condition);
    std::vector<Finding> end(const Spot& spot, const Condition& now);
    [[nodiscard]] Finding finding(Finding::Change change, const Spot& spot, const Condition& condition) const;

    RuleSpec spec_;
    Site site_;
    base::Counter& dropped_;
    std::map<Spot, Condition> conditions_; // at most conditions_max
    bool changed_ = true;                  // save() since take_changed(); what is on disk may be older
};

} // namespace gatehouse::rules
