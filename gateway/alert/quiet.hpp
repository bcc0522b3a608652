#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/config/site.hpp"
#include "gateway/model/alert.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::alert {

using base::WallTime;

// When nobody is called although something is wrong: silences that people have asked for, maintenance windows
// of the configuration, and places that are disarmed. Pure; a part of AlertBoard.
class Quiet {
public:
    static constexpr std::size_t silences_max = 200;
    static constexpr std::chrono::hours longest{30 * 24};

    // Whether this alert is of a kind that counts only where it is armed, and its place is disarmed now.
    using Disarmed = std::function<bool(const model::Alert&)>;

    void use(Disarmed disarmed) { disarmed_ = std::move(disarmed); }
    void use(std::vector<config::MaintenanceConfig> windows, std::chrono::minutes utc_offset);
    void restore(std::vector<model::Silence> silences) { silences_ = std::move(silences); }

    // Errors: bad_input (nobody, no reason, nothing named, no time or more than `longest`), overloaded.
    base::Result<model::Silence> add(model::Silence silence, WallTime now);
    // The silence with its new end. Errors: not_found.
    base::Result<model::Silence> end(const std::string& id, WallTime now);
    void forget_ended(WallTime now);

    // Why nobody is called for this alert now, for its note; empty: nothing keeps it quiet. Severity 1 is
    // only ever silenced by its name.
    [[nodiscard]] std::string why(const model::Alert& alert, WallTime now) const;
    [[nodiscard]] const std::vector<model::Silence>& silences() const { return silences_; }

private:
    std::vector<model::Silence> silences_; // at most silences_max
    std::vector<config::MaintenanceConfig> windows_;
    std::chrono::minutes utc_offset_{480};
    Disarmed disarmed_;
};

// Whether a time lies in a window.
[[nodiscard]] bool is_within(const config::MaintenanceConfig& window, WallTime now,
                             std::chrono::minutes utc_offset);

} // namespace gatehouse::alert
