#pragma once
#include "gateway/model/event.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::rules {

using base::WallTime;

// What a rule found out about one place: something is wrong there, or no longer is.
struct Finding {
    enum class Change { raise, clear };
    Change change = Change::raise;
    std::string kind; // device_offline ...; [a-z_]{1,32}, part of topics
    std::string device;
    std::string lane;       // may be empty
    int severity = 3;       // 1 most urgent .. 4
    std::string text;       // one sentence for the guard; no plate, card or person
    std::string evidence;   // id of the event that shows it
    std::int64_t cause = 0; // its journal number; with the kind and the place it makes a raise unique
    WallTime since{};       // when the gateway received it
    bool lasts = true;      // false: it happened, and no clear will ever follow
};

// One correlation: a function of the journal, in journal order. What it remembers between entries is bounded
// and can be written down, so that a restart loses no running time. io thread only; called by the alert room.
class Rule {
public:
    virtual ~Rule() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    virtual std::vector<Finding> observe(const model::Entry& entry) = 0;
    // Called about once a second with our wall clock.
    virtual std::vector<Finding> tick(WallTime now) = 0;
    // Whether save() may say something else than at the last call; load() counts as such a change.
    [[nodiscard]] virtual bool take_changed() = 0;
    // All that the rule remembers. load() of what save() gave restores it; text that is none restores
    // nothing.
    [[nodiscard]] virtual std::string save() const = 0;
    virtual void load(std::string_view text) = 0;
};

} // namespace gatehouse::rules
