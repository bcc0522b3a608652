#pragma once
#include "gateway/config/site.hpp"
#include "gateway/rules/condition_rule.hpp"
#include "gateway/rules/rule.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace gatehouse::rules {

// Every rule there is, with its defaults; for `rule` sections of the configuration and the documentation.
[[nodiscard]] std::span<const RuleSpec* const> catalogue();
[[nodiscard]] bool is_rule(std::string_view name);

// The rules of a site: the catalogue without those switched off, with the site's times and severities (1..4;
// others are ignored, the configuration refuses them earlier).
[[nodiscard]] std::vector<std::unique_ptr<Rule>> make_rules(const std::vector<config::RuleConfig>& configured,
                                                            const Place& place, base::Metrics& metrics);

} // namespace gatehouse::rules
