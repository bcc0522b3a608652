#pragma once
#include "gateway/rules/rule.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace gatehouse::rules {

// Runs rules over entries that are long past and counts what they would have raised. A condition that lasts
// counts once until it is over. For whoever wants to see what other settings would have meant.
class Replay {
public:
    explicit Replay(std::vector<std::unique_ptr<Rule>> rules) : rules_(std::move(rules)) {}

    // In the order of the journal; time goes on with them.
    void take(const model::Entry& entry);
    [[nodiscard]] const std::map<std::string, int>& raised() const { return raised_; } // by kind

private:
    void count(const std::vector<Finding>& findings);

    std::vector<std::unique_ptr<Rule>> rules_;
    std::map<std::string, int> raised_;
    std::set<std::tuple<std::string, std::string, std::string>>
        lasting_; // kind, device, lane; bounded by the site's
};

} // namespace gatehouse::rules
