#pragma once
#include "gateway/base/metrics.hpp"
#include "gateway/config/site.hpp"
#include "gateway/rules/rule.hpp"
#include "gateway/rules/rule_spec.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::rules {

// Every rule there is, with its defaults; for `rule` sections of the configuration and the documentation.
[[nodiscard]] std::span<const RuleSpec* const> catalogue();
// Whether alerts of this kind call nobody where their place is disarmed.
[[nodiscard]] bool is_while_armed(std::string_view kind);
[[nodiscard]] bool is_rule(std::string_view name);

// The keys of a `rule` section that mean something to this rule, beyond name, enabled and severity.
[[nodiscard]] std::vector<std::string> keys_of(const RuleSpec& spec);

// The rules of a site: the catalogue without those switched off, with the site's times, counts and severities
// (1..4; others are ignored, the configuration refuses them earlier).
[[nodiscard]] std::vector<std::unique_ptr<Rule>> make_rules(const std::vector<config::RuleConfig>& configured,
                                                            const Site& site, base::Metrics& metrics);

} // namespace gatehouse::rules
