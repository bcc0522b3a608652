#pragma once
#include "gateway/base/metrics.hpp"
#include "gateway/rules/rule.hpp"
#include "gateway/rules/rule_spec.hpp"

#include <deque>
#include <map>
#include <utility>

namespace gatehouse::rules {

// Runs a row of the catalogue whose signals count only when there are many of them: raises when `count` lie
// within the span, again with each further one, and clears once it has been quiet for as long.
class TallyRule final : public Rule {
public:
    // The spec's severity, count and span are the effective ones; count is at least 1.
    TallyRule(RuleSpec spec, Site site, base::Metrics& metrics);

    [[nodiscard]] std::string_view name() const override { return spec_.name; }
    std::vector<Finding> observe(const model::Entry& entry) override;
    std::vector<Finding> tick(WallTime now) override;
    [[nodiscard]] bool take_changed() override { return std::exchange(changed_, false); }
    [[nodiscard]] std::string save() const override;
    void load(std::string_view text) override;

private:
    // Where is counted; all of it empty when the places of the whole site are.
    struct Spot {
        std::string device;
        std::string part;
        // clang-tidy 14 misreads the default of this operator.
        auto operator<=>(const Spot&) const = default; // NOLINT(modernize-use-nullptr)
    };
    struct Seen {
        WallTime at{};
        std::int64_t cause = 0;
        std::string evidence;
        std::string place; // device and part, when places are counted
    };
    struct Tally {
        std::string lane;
        std::deque<Seen> seen; // the newest, at most `count`
        bool raised = false;
    };
    Tally* tally_of(const Spot& spot);
    void count(Tally& tally, Seen seen) const;
    [[nodiscard]] bool stands_elsewhere(const Spot& spot, const Tally& ended) const;
    [[nodiscard]] Finding finding(Finding::Change change, const Spot& spot, const Tally& tally) const;

    RuleSpec spec_;
    Site site_;
    base::Counter& dropped_;
    std::map<Spot, Tally> tallies_; // at most tallies_max
    bool changed_ = true;           // save() since take_changed(); what is on disk may be older
};

} // namespace gatehouse::rules
