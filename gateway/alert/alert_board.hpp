#pragma once
#include "gateway/alert/burst_watch.hpp"
#include "gateway/alert/life.hpp"
#include "gateway/alert/quiet.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/rules/rule.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::alert {

using rules::Finding;

inline constexpr auto own_device = "gateway"; // of what the gateway says about itself

// One step in an alert's life: the alert as it is after it, and the key under which the journal takes it only
// once.
struct Transition {
    model::Alert alert;
    model::AlertStep step;
    std::string device_key;
};

// What a person wants done about an alert.
struct Order {
    std::string id;
    std::string verb; // of life.hpp
    std::string actor;
    Role role = Role::manager;
    std::string channel;
    std::string note;
    std::string result; // real | false | test; when it ends
    std::string number; // the centre's order number
};

// All alerts that have not ended, and the steps of their life by the laws of life.hpp. One alert per (kind,
// device, lane): repeats only count, and what comes back within a day is the same alert again. Pure: no I/O
// and no clock of its own. A copy is a snapshot to go back to when a commit fails. Used by Alerts.
class AlertBoard {
public:
    struct Limits {
        std::size_t open_max =
            200; // waiting or taken; beyond: one alert_storm. Severity 1-2 up to twice that
        std::size_t resting_max = 500;                                 // cleared, resolved, suppressed
        std::size_t closed_max = 500;                                  // remembered for reopen_within
        std::chrono::milliseconds auto_close = std::chrono::hours(24); // of cleared alerts of severity 3-4
        std::chrono::milliseconds reopen_within = std::chrono::hours(24);
        std::size_t evidence_max = 8;
        std::size_t burst_max = 10; // calls of one kind at one device within burst_span; beyond: alert_burst
        std::chrono::milliseconds burst_span = std::chrono::minutes(5);
    };
    // Devices of a lane: its readers and what opens it; the gateway too where its vision worker reads plates.
    using Lanes = std::map<std::string, std::set<std::string>>;

    explicit AlertBoard(Limits limits) : limits_(limits), bursts_(limits.burst_max, limits.burst_span) {}

    // Puts back an alert from the store.
    void restore(model::Alert alert);
    // A raise makes an alert, brings one back or counts a repeat; a clear without an open alert does nothing.
    // Steps go to `out`.
    void apply(const Finding& finding, WallTime now, std::vector<Transition>& out);
    // What time alone does: escalates, releases what was suppressed, closes what has been over for long and
    // is not urgent, ends storms and bursts.
    void tick(WallTime now, std::vector<Transition>& out);
    // Errors: bad_input (no such verb, nobody, no note or result where one is needed), not_found, conflict
    // (no such transition), unauthorised (not by this role).
    base::Result<Transition> carry_out(const Order& order, WallTime now);
    // A staff channel has delivered it. Errors: not_found, conflict.
    base::Result<Transition> dispatch(const std::string& id, const std::string& channel,
                                      const std::string& whom, WallTime now);

    void use_lanes(Lanes lanes) { lanes_ = std::move(lanes); }
    [[nodiscard]] Quiet& quiet() { return quiet_; }
    [[nodiscard]] const Quiet& quiet() const { return quiet_; }

    // Alerts whose count has grown since the last call.
    [[nodiscard]] std::vector<model::Alert> take_counted();
    [[nodiscard]] bool has_counted() const { return !counted_.empty(); }
    // All that a person has still to see to, newest first; without what is suppressed.
    [[nodiscard]] std::vector<model::Alert> alerts() const;
    [[nodiscard]] std::size_t open() const { return count(waiting | taken); }
    [[nodiscard]] std::size_t suppressed() const { return count(set(State::suppressed)); }
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
    // Who makes a step, and what is said of it.
    struct By {
        std::string actor = "gateway";
        Role role = Role::system;
        std::string channel{};
        std::string note{};
        std::string result{};
    };
    struct Reason {
        std::string why;
        std::string parent; // may be empty
    };
    static Key key_of(const model::Alert& alert) { return {alert.kind, alert.device, alert.lane}; }

    void raise(const Finding& finding, WallTime now, std::vector<Transition>& out);
    void storm(const Finding& finding, WallTime now, std::vector<Transition>& out);
    void make(const Finding& finding, WallTime now, std::vector<Transition>& out);
    void again(model::Alert& alert, const Finding& finding, WallTime now, std::vector<Transition>& out);
    void repeat(model::Alert& alert, const Finding& finding);
    void call(model::Alert& alert, State state, WallTime now, std::vector<Transition>& out);
    void clear(const Key& key, WallTime now, std::vector<Transition>& out);

    [[nodiscard]] std::optional<Reason> suppressor(const model::Alert& alert, WallTime now) const;
    [[nodiscard]] const model::Alert* inhibitor(const model::Alert& alert) const;
    [[nodiscard]] const model::Alert* current(std::string_view kind, const std::string& device) const;
    [[nodiscard]] const model::Alert* open_for(const model::Alert& alert) const;
    [[nodiscard]] bool is_in_burst(const model::Alert& alert) const;
    std::string burst(const model::Alert& alert, WallTime now, std::vector<Transition>& out);

    void end_storms(WallTime now, std::vector<Transition>& out);
    void release(WallTime now, std::vector<Transition>& out);
    void escalate(WallTime now, std::vector<Transition>& out);
    void close_old(WallTime now, std::vector<Transition>& out);

    [[nodiscard]] base::Result<model::Alert*> target_of(const Order& order, const Verb& verb);
    void take_up(model::Alert& alert, const Order& order, State to, WallTime now) const;
    static void start_clock(model::Alert& alert, WallTime now);

    [[nodiscard]] std::size_t count(Set states) const;
    [[nodiscard]] bool full(int severity) const;
    model::Alert& keep(model::Alert alert);
    Transition move(model::Alert& alert, State to, By by, WallTime now);
    Transition end(const std::string& id, State to, By by, WallTime now);
    void remember(model::Alert closed);

    Limits limits_;
    std::map<std::string, model::Alert> alerts_; // by id: all that have not ended
    std::map<Key, std::string> by_key_;          // which of them a finding means
    std::map<Key, model::Alert> closed_;         // within reopen_within: at most closed_max
    std::set<std::string> counted_;
    Quiet quiet_;
    BurstWatch bursts_;
    Lanes lanes_;
    std::uint64_t stormed_ = 0;
    std::uint64_t repeats_ = 0;
};

// An id that is always the same for the same finding, so that a replay after a crash names the same alert: a
// ULID of the cause's time and a hash of what and where.
[[nodiscard]] std::string alert_id(const Finding& finding);

} // namespace gatehouse::alert
