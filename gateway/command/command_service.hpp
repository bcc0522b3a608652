#pragma once
#include "gateway/base/task_group.hpp"
#include "gateway/base/wakeup.hpp"
#include "gateway/model/ulid.hpp"
#include "gateway/store/store.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace gatehouse::command {

// What a lane's commands act on.
struct Target {
    std::string device;
    int output = 1;
};

// Carries out one command; bounded by the service, which cancels it at the deadline.
using Execute = std::function<asio::awaitable<model::Outcome>(model::Command)>;

struct CommandPorts {
    asio::any_io_executor executor;
    base::Clock& clock;
    base::Metrics& metrics;
    store::Store& store;
    model::UlidSource& ids;
    std::function<bool(const std::string& device)> device_known;
    std::function<std::optional<Target>(const std::string& lane)>
        lane_target;                                    // empty: lane unknown or without barrier
    Execute execute;                                    // the supervisor's: everything that goes to a device
    std::function<bool(const model::Command&)> allowed; // site policy; empty: every action for every operator
    std::function<model::ClockQuality()> clock_quality; // empty: synced
    // While it burns: false for what closes; an opening may be changed to one that holds. Empty: nothing
    // burns.
    std::function<bool(model::Command&)> fire_permits{};
};

// Every order goes through here, whoever gives it: judged, recorded, carried out at most once, recorded
// again, answered. Upstream, the API, the command line and the access decision call it. io thread only.
class CommandService {
public:
    explicit CommandService(CommandPorts ports);
    ~CommandService();
    CommandService(const CommandService&) = delete;
    CommandService& operator=(const CommandService&) = delete;

    // Actions that are not a device's: ping, alert-ack, log-level, list-push ... Set by the app before the
    // first command.
    void handle(model::Action action, Execute handler);

    // Records every intent without an outcome as "unknown". Called once, before the first command. Nothing is
    // sent again.
    asio::awaitable<base::Result<std::size_t>> settle_interrupted();

    // The outcome. The intent is on disk before a device is told. The command goes on when the caller is
    // cancelled.
    asio::awaitable<model::Outcome> run(model::Command command);

    // For an access decision: the intent is handed to the store, the device is told at once and the record is
    // awaited after it. When the store refuses at once, `open_when_unrecorded` (site policy of the lane)
    // decides.
    asio::awaitable<model::Outcome> open_now(model::Command command, bool open_when_unrecorded);

    // An order that was refused before it came here (unreadable, wrong reply address): audited and counted.
    void note_refused(const model::Command& command, const model::Outcome& outcome);

    // New commands are refused; those in progress get `limit`, then they are left to settle_interrupted().
    asio::awaitable<void> stop(std::chrono::milliseconds limit);

    [[nodiscard]] std::size_t in_flight() const { return jobs_.size(); }

private:
    struct Job;
    using JobPtr = std::shared_ptr<Job>;

    [[nodiscard]] std::optional<model::Outcome> judge(model::Command& command) const;
    [[nodiscard]] std::optional<model::Outcome> judge_target(model::Command& command) const;
    [[nodiscard]] std::optional<model::Outcome> judge_fire(model::Command& command) const;
    [[nodiscard]] model::Outcome of_unknown_age() const;
    void limit_life(model::Command& command) const;
    [[nodiscard]] std::optional<model::Outcome> occupy(const model::Command& command);
    void release(const model::Command& command);
    asio::awaitable<std::optional<model::Outcome>> repeated(std::string id);
    asio::awaitable<model::Outcome> refuse(model::Command command, model::Outcome outcome);
    asio::awaitable<model::Outcome> wait_for(JobPtr job);
    asio::awaitable<void> carry(JobPtr job);
    asio::awaitable<void> carry_now(JobPtr job);
    asio::awaitable<void> record_intent(JobPtr job);
    asio::awaitable<void> record_outcome(JobPtr job);
    asio::awaitable<void> audit_refusal(model::Command command, model::Outcome outcome);
    asio::awaitable<model::Outcome> execute(model::Command command);
    asio::awaitable<model::Outcome> attempt(const Execute& work, model::Command command);
    [[nodiscard]] store::Change outcome_change(const model::Command& command, const model::Outcome& outcome);
    [[nodiscard]] store::AuditRecord audit_of(const model::Command& command,
                                              const model::Outcome& outcome) const;
    [[nodiscard]] model::Outcome outcome_of(model::Status status, std::string code, std::string text) const;
    void finish(const JobPtr& job, model::Outcome outcome);
    void remember(const std::string& id, const model::Outcome& outcome);

    CommandPorts ports_;
    std::map<model::Action, Execute> handlers_;
    std::map<std::string, JobPtr> jobs_;             // by command id; bounded
    std::set<std::pair<std::string, int>> occupied_; // outputs with a command in flight
    std::map<std::string, model::Outcome>
        recent_; // outcomes by id, the newest of them; the store has the rest
    std::deque<std::string> recent_order_;
    std::size_t audits_open_ = 0;
    bool stopping_ = false;
    base::Counter& executed_;
    base::Counter& refused_;
    base::Counter& duplicates_;
    base::Counter& unrecorded_;
    base::TaskGroup tasks_;
};

} // namespace gatehouse::command
