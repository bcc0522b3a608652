#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/model/alert.hpp"
#include "gateway/rules/rule.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::alert {

using base::WallTime;
using rules::Finding;

// One step in an alert's life: the alert as it is after it, and the key under which the journal takes it only
// once.
struct Transition {
    model::Alert alert;
    std::string device_key;
};

// All alerts that are not closed, and the laws of their life: raised, acknowledged, cleared, closed. One
// alert per (kind, device, lane) is raised or acknowledged at a time; repeats only count. Pure: no I/O and no
// clock of its own. A copy is a snapshot to go back to when a commit fails. Used by Alerts.
class AlertBoard {
public:
    struct Limits {
        std::size_t open_max =
            200; // raised or acknowledged; beyond: one alert_storm. Severity 1-2 up to twice that
        std::size_t cleared_max = 500; // waiting for a person or for auto_close
        std::chrono::milliseconds auto_close = std::chrono::hours(24); // of cleared alerts of severity 3-4
        std::size_t evidence_max = 8;
    };

    explicit AlertBoard(Limits limits) : limits_(limits) {}

    // Puts back an alert from the store.
    void restore(model::Alert alert);
    // A raise makes an alert or counts a repeat; a clear without an open alert does nothing. Steps go to
    // `out`.
    void apply(const Finding& finding, WallTime now, std::vector<Transition>& out);
    // Closes what has been cleared for long and is not urgent (severity 3-4), and ends a storm.
    void tick(WallTime now, std::vector<Transition>& out);
    // Errors: not_found; conflict when the alert is not in a state for it.
    base::Result<Transition> acknowledge(const std::string& id, std::string actor, std::string note,
                                         WallTime now);
    base::Result<Transition> close(const std::string& id, std::string actor, std::string result,
                                   std::string note, WallTime now);

    // Alerts whose count has grown since the last call.
    [[nodiscard]] std::vector<model::Alert> take_counted();
    [[nodiscard]] bool has_counted() const { return !counted_.empty(); }
    // Newest first.
    [[nodiscard]] std::vector<model::Alert> alerts() const;
    [[nodiscard]] std::size_t open() const { return current_.size(); }
    // How many raises went into alert_storm instead of an alert of their own.
    [[nodiscard]] std::uint64_t stormed() const { return stormed_; }
    [[nodiscard]] std::uint64_t repeats() const { return repeats_; }

private:
    struct Key {
        std::string kind;
        std::string device;
        std::string lane;
        // clang-tidy 14 misreads the default of this operator.
        auto operator<=>(const Key&) const = default; // NOLINT(modernize-use-nullptr)
    };
    static Key key_of(const model::Alert& alert) { return {alert.kind, alert.device, alert.lane}; }
    void raise(const Finding& finding, WallTime now, std::vector<Transition>& out);
    void make(const Finding& finding, WallTime now, std::vector<Transition>& out);
    void repeat(model::Alert& alert, const Finding& finding);
    void clear(const Key& key, WallTime now, std::vector<Transition>& out);
    [[nodiscard]] bool full(int severity) const;
    Transition move_to(model::Alert& alert, model::Alert::State state, WallTime now);
    Transition close_now(const std::string& id, WallTime now);

    Limits limits_;
    std::map<std::string, model::Alert> alerts_; // by id
    std::map<Key, std::string> current_;         // raised or acknowledged: its id
    std::set<std::string> counted_;
    std::uint64_t stormed_ = 0;
    std::uint64_t repeats_ = 0;
};

// An id that is always the same for the same finding, so that a replay after a crash names the same alert: a
// ULID of the cause's time and a hash of what and where.
[[nodiscard]] std::string alert_id(const Finding& finding);

} // namespace gatehouse::alert
