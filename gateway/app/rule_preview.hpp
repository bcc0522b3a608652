#pragma once
#include "gateway/api/services.hpp"
#include "gateway/app/registry.hpp"
#include "gateway/rules/rule.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::app {

// Says what other [[rule]] settings would have raised last week, beside what the settings of now raise over
// the same entries. Goes through the journal a page at a time, so that nothing else waits for it. Used by the
// API. io thread only.
class RulePreview {
public:
    using Rules = std::vector<std::unique_ptr<rules::Rule>>;
    struct Ports {
        store::Store& store;
        base::Clock& clock;
        const Registry& registry;
        std::function<std::vector<config::RuleConfig>()> now;              // the settings of now
        std::function<Rules(const std::vector<config::RuleConfig>&)> make; // for this site
    };

    explicit RulePreview(Ports ports) : ports_(std::move(ports)) {}

    // `text`: the [[rule]] tables of a configuration. Errors: busy (one at a time), those of the store.
    asio::awaitable<base::Result<api::RuleOutlook>> look(std::string text);

private:
    [[nodiscard]] std::vector<config::RuleConfig> read(const std::string& text, config::Issues& issues) const;
    asio::awaitable<base::Result<std::int64_t>> last_before(base::WallTime time);

    Ports ports_;
    bool looking_ = false;
};

} // namespace gatehouse::app
