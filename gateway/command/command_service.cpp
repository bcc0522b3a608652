#include "gateway/command/command_service.hpp"

#include "gateway/base/cancellation.hpp"
#include "gateway/base/log.hpp"
#include "gateway/model/order_life.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace gatehouse::command {
namespace {

using namespace std::chrono_literals;
using model::Action;
using model::Outcome;
using model::Status;

constexpr auto metal_default_life = 30s; // a movement without a deadline of its own
constexpr auto other_limit = 60s;        // work that moves nothing
constexpr auto metal_limit = 30s;        // from the start of a movement, whatever its deadline says
constexpr std::size_t jobs_max = 64;
constexpr std::size_t audits_max = 64;
constexpr std::size_t recent_max = 4096;

bool is_metal(const model::Command& command)
{
    return model::moves_metal(command.action);
}

// Commands that a driver may know; the others need a handler of the gateway's own.
bool is_for_device(Action action)
{
    switch (action) {
    case Action::alert_ack:
    case Action::list_push:
    case Action::ping:
    case Action::log_level: return false;
    default: return true;
    }
}

// Orders for which a named person answers, with a reason (domain.md P-17, S-02).
bool is_answered_for(Action action)
{
    return model::moves_metal(action) || action == Action::arm || action == Action::disarm ||
           action == Action::list_push || action == Action::snapshot;
}

} // namespace

// One command between run() and its outcome. Callers wait for it; it does not depend on them.
struct CommandService::Job {
    Job(const asio::any_io_executor& executor, model::Command what)
        : command(std::move(what)), changed(executor)
    {
    }

    model::Command command;
    std::optional<Outcome> outcome;
    std::optional<base::Result<void>> intent; // of open_now(): what the store said
    bool open_when_unrecorded = true;
    base::Wakeup changed;
};

CommandService::CommandService(CommandPorts ports)
    : ports_(std::move(ports)), executed_(ports_.metrics.counter("gatehouse_commands_executed_total",
                                                                 "commands handed to a device or handler")),
      refused_(ports_.metrics.counter("gatehouse_commands_refused_total", "commands refused or expired")),
      duplicates_(
          ports_.metrics.counter("gatehouse_commands_duplicate_total", "commands whose id was seen before")),
      unrecorded_(ports_.metrics.counter("gatehouse_commands_unrecorded_total",
                                         "commands whose record the store did not take")),
      tasks_(ports_.executor)
{
}

CommandService::~CommandService() = default;

void CommandService::handle(model::Action action, Execute handler)
{
    handlers_[action] = std::move(handler);
}

asio::awaitable<base::Result<std::size_t>> CommandService::settle_interrupted()
{
    const auto open = co_await ports_.store.open_commands();
    if (!open) co_return open.error();
    for (const auto& record : *open) {
        const auto outcome =
            outcome_of(Status::unknown, "interrupted", "the gateway stopped before the outcome was known");
        auto change = outcome_change(record.command, outcome);
        const auto committed = co_await ports_.store.commit(std::move(change));
        if (!committed) co_return committed.error();
        remember(record.command.id, outcome);
    }
    co_return open->size();
}

asio::awaitable<Outcome> CommandService::run(model::Command command)
{
    if (command.id.empty()) command.id = ports_.ids.next();
    if (command.issued_at == base::WallTime{}) command.issued_at = ports_.clock.wall();
    auto before = co_await repeated(command.id);
    if (before) co_return *before;
    // From here to the entry in jobs_ nothing may wait, or a twin could slip in.
    auto refusal = judge(command);
    if (!refusal && jobs_.size() >= jobs_max)
        refusal = outcome_of(Status::rejected, "overloaded", "too many commands at once");
    if (!refusal) refusal = occupy(command);
    if (refusal) {
        auto outcome = co_await refuse(std::move(command), std::move(*refusal));
        co_return outcome;
    }
    const auto job = std::make_shared<Job>(ports_.executor, std::move(command));
    jobs_.emplace(job->command.id, job);
    tasks_.spawn("command", carry(job));
    auto outcome = co_await wait_for(job);
    co_return outcome;
}

asio::awaitable<Outcome> CommandService::open_now(model::Command command, bool open_when_unrecorded)
{
    if (command.id.empty()) command.id = ports_.ids.next();
    if (command.issued_at == base::WallTime{}) command.issued_at = ports_.clock.wall();
    auto refusal = jobs_.contains(command.id) ? outcome_of(Status::duplicate, "in_progress", "in progress")
                                              : judge(command);
    if (!refusal && jobs_.size() >= jobs_max)
        refusal = outcome_of(Status::rejected, "overloaded", "too many commands at once");
    if (!refusal) refusal = occupy(command);
    if (refusal) {
        auto outcome = co_await refuse(std::move(command), std::move(*refusal));
        co_return outcome;
    }
    const auto job = std::make_shared<Job>(ports_.executor, std::move(command));
    job->open_when_unrecorded = open_when_unrecorded;
    jobs_.emplace(job->command.id, job);
    tasks_.spawn("command intent", record_intent(job));
    tasks_.spawn("command now", carry_now(job));
    auto outcome = co_await wait_for(job);
    co_return outcome;
}

asio::awaitable<Outcome> CommandService::wait_for(JobPtr job)
{
    while (!job->outcome)
        co_await job->changed.wait();
    co_return *job->outcome;
}

// Nothing: the command may go on. Fills in the device behind a lane and the default deadline.
std::optional<Outcome> CommandService::judge(model::Command& command) const
{
    if (stopping_) return outcome_of(Status::rejected, "stopping", "the gateway is stopping");
    if (auto wrong = judge_target(command)) return wrong;
    if (is_answered_for(command.action) && (command.operator_name.empty() || command.reason.empty()))
        return outcome_of(Status::rejected, "bad_arguments", "the order must say who gives it, and why");
    if (ports_.allowed && !ports_.allowed(command))
        return outcome_of(Status::rejected, "not_authorised", "the site does not allow this command");
    if (auto burning = judge_fire(command)) return burning;
    if (!command.age_known && (is_metal(command) || command.expires != base::WallTime{}))
        return of_unknown_age();
    if (is_metal(command)) limit_life(command);
    if (command.expires != base::WallTime{} && ports_.clock.wall() >= command.expires)
        return outcome_of(Status::expired, "expired",
                          "the command came after its deadline and was not executed");
    return std::nullopt;
}

std::optional<Outcome> CommandService::judge_fire(model::Command& command) const
{
    if (!ports_.fire_permits || ports_.fire_permits(command)) return std::nullopt;
    return outcome_of(Status::rejected, "fire",
                      "a fire input was on: nothing closes until somebody clears the fire");
}

Outcome CommandService::of_unknown_age() const
{
    if (ports_.clock_quality && ports_.clock_quality() != model::ClockQuality::synced)
        return outcome_of(Status::expired, "clock_unsynced",
                          "the gateway's clock is not synchronised, so the age of the order is unknown");
    return outcome_of(
        Status::expired, "age_unknown",
        "the order may have waited for long, and says neither when it was issued nor a near deadline");
}

// Every movement has a deadline, and a near one: a sender's clock that runs ahead, or a deadline in 2099,
// must not keep an order alive. Nobody stands at the gate for longer.
void CommandService::limit_life(model::Command& command) const
{
    const bool own = command.expires != base::WallTime{};
    const auto issued = std::min(command.issued_at, ports_.clock.wall());
    const auto latest = issued + (own ? std::chrono::seconds(model::metal_life_max) : metal_default_life);
    command.expires = own ? std::min(command.expires, latest) : latest;
}

std::optional<Outcome> CommandService::judge_target(model::Command& command) const
{
    if (handlers_.contains(command.action)) return std::nullopt; // the handler judges its own arguments
    if (!command.lane.empty() && command.device.empty()) {
        const auto target = ports_.lane_target ? ports_.lane_target(command.lane) : std::nullopt;
        if (!target)
            return outcome_of(Status::rejected, "lane_unknown", "no such lane, or it has no barrier");
        command.device = target->device;
        command.output = target->output;
    }
    if (!is_for_device(command.action))
        return outcome_of(Status::rejected, "unsupported", "this gateway does not carry out such a command");
    if (command.device.empty())
        return outcome_of(Status::rejected, "bad_arguments", "the command names no device and no lane");
    if (!ports_.device_known || !ports_.device_known(command.device))
        return outcome_of(Status::rejected, "device_unknown", "no such device");
    return std::nullopt;
}

// One command in flight per output: a second movement on top of the first is refused, not queued.
std::optional<Outcome> CommandService::occupy(const model::Command& command)
{
    if (!is_metal(command)) return std::nullopt;
    if (occupied_.emplace(command.device, command.output).second) return std::nullopt;
    return outcome_of(Status::rejected, "busy", "another command for this output is in progress");
}

void CommandService::release(const model::Command& command)
{
    if (is_metal(command)) occupied_.erase({command.device, command.output});
}

// The stored result of an id that was seen before; the command is not executed again.
asio::awaitable<std::optional<Outcome>> CommandService::repeated(std::string id)
{
    const auto again = [&](const Outcome& stored) {
        duplicates_.add();
        auto outcome = stored;
        outcome.status = Status::duplicate;
        outcome.code = std::string(model::to_string(stored.status));
        if (!stored.code.empty()) outcome.text = stored.code + ": " + stored.text;
        return outcome;
    };
    const auto in_progress = [&]() -> std::optional<Outcome> {
        if (!jobs_.contains(id)) return std::nullopt;
        duplicates_.add();
        return outcome_of(Status::duplicate, "in_progress", "in progress");
    };
    if (const auto known = recent_.find(id); known != recent_.end()) co_return again(known->second);
    if (auto running = in_progress()) co_return running;
    const auto record = co_await ports_.store.command(id);
    if (!record)
        co_return outcome_of(Status::failed, "store", "the command history cannot be read; not executed");
    // A twin may have come and gone while the store was asked.
    if (const auto known = recent_.find(id); known != recent_.end()) co_return again(known->second);
    if (auto running = in_progress()) co_return running;
    if (!*record) co_return std::nullopt;
    if ((*record)->outcome) co_return again(*(*record)->outcome);
    co_return again(
        outcome_of(Status::unknown, "interrupted", "the gateway stopped before the outcome was known"));
}

asio::awaitable<Outcome> CommandService::refuse(model::Command command, Outcome outcome)
{
    note_refused(command, outcome);
    co_return outcome;
}

void CommandService::note_refused(const model::Command& command, const Outcome& outcome)
{
    refused_.add();
    if (audits_open_ >= audits_max)
        return unrecorded_.add(); // a flood of refusals must not fill the store's queue
    ++audits_open_;
    tasks_.spawn("command audit", audit_refusal(command, outcome));
}

asio::awaitable<void> CommandService::audit_refusal(model::Command command, Outcome outcome)
{
    store::Change change;
    change.audit.push_back(audit_of(command, outcome));
    const auto committed = co_await ports_.store.commit(std::move(change));
    --audits_open_;
    if (!committed) unrecorded_.add();
}

// Intent on disk, device, outcome on disk.
asio::awaitable<void> CommandService::carry(JobPtr job)
{
    std::exception_ptr cut;
    try {
        if (is_metal(job->command)) {
            co_await record_intent(job);
            if (!*job->intent) {
                finish(job, outcome_of(Status::rejected, "unrecorded",
                                       "the command could not be recorded and was not executed"));
                co_return;
            }
        }
        auto outcome = co_await execute(job->command);
        job->outcome = std::move(outcome);
        co_await record_outcome(job);
    } catch (...) {
        cut = std::current_exception(); // stopped: settle_interrupted() records it at the next start
    }
    const auto unknown =
        outcome_of(Status::unknown, "interrupted", "the gateway stopped before the outcome was known");
    finish(job, job->outcome.value_or(unknown));
    if (cut) std::rethrow_exception(cut);
}

asio::awaitable<void> CommandService::carry_now(JobPtr job)
{
    std::exception_ptr cut;
    try {
        if (!job->open_when_unrecorded) {
            // One turn of the loop: a store that is full or overloaded has said so by then.
            auto executor = co_await asio::this_coro::executor;
            co_await asio::post(executor, asio::use_awaitable);
        }
        if (job->intent && !*job->intent && !job->open_when_unrecorded) {
            finish(job, outcome_of(Status::rejected, "unrecorded",
                                   "the opening could not be recorded; the lane stays shut"));
            co_return;
        }
        auto outcome = co_await execute(job->command);
        job->outcome = std::move(outcome);
        while (!job->intent)
            co_await job->changed.wait();
        co_await record_outcome(job);
    } catch (...) {
        cut = std::current_exception();
    }
    const auto unknown =
        outcome_of(Status::unknown, "interrupted", "the gateway stopped before the outcome was known");
    finish(job, job->outcome.value_or(unknown));
    if (cut) std::rethrow_exception(cut);
}

asio::awaitable<void> CommandService::record_intent(JobPtr job)
{
    store::Change change;
    change.commands.push_back({job->command, std::nullopt});
    const auto committed = co_await ports_.store.commit(std::move(change));
    if (committed) {
        job->intent.emplace();
    } else {
        job->intent.emplace(committed.error());
        unrecorded_.add();
        base::log::error("command intent not recorded", base::kv("id", job->command.id),
                         base::kv("why", committed.error()));
    }
    job->changed.notify();
}

asio::awaitable<void> CommandService::record_outcome(JobPtr job)
{
    auto change = outcome_change(job->command, *job->outcome);
    const auto committed = co_await ports_.store.commit(std::move(change));
    if (committed) co_return;
    unrecorded_.add();
    base::log::error("command outcome not recorded", base::kv("id", job->command.id),
                     base::kv("why", committed.error()));
}

// Runs the handler or the device, never twice, and never past the deadline.
asio::awaitable<Outcome> CommandService::execute(model::Command command)
{
    using namespace asio::experimental::awaitable_operators;
    const bool metal = is_metal(command);
    const auto start = ports_.clock.now();
    const auto wall = ports_.clock.wall();
    auto deadline =
        start + (metal ? std::chrono::nanoseconds(metal_limit) : std::chrono::nanoseconds(other_limit));
    if (command.expires != base::WallTime{}) {
        // The intent took its time: look again before anything is sent.
        if (wall >= command.expires)
            co_return outcome_of(Status::expired, "expired",
                                 "the deadline passed before the command could be sent");
        deadline = std::min(deadline, start + (command.expires - wall));
    }
    // A fire that broke out meanwhile stops what was still allowed when the order came.
    if (auto burning = judge_fire(command)) co_return std::move(*burning);
    const auto handler = handlers_.find(command.action);
    const Execute& work = handler != handlers_.end() ? handler->second : ports_.execute;
    executed_.add();
    auto running = attempt(work, std::move(command));
    auto ended = co_await (std::move(running) || ports_.clock.sleep_until(deadline));
    if (ended.index() == 0) co_return std::move(std::get<0>(ended));
    const auto status = metal ? Status::unknown : Status::failed;
    co_return outcome_of(status, "timed_out", "no answer before the deadline");
}

// The work with its faults turned into an outcome: a fault must end the race against the deadline.
asio::awaitable<Outcome> CommandService::attempt(const Execute& work, model::Command command)
{
    const auto status = is_metal(command) ? Status::unknown : Status::failed;
    Outcome outcome;
    std::exception_ptr failure;
    try {
        outcome = co_await work(std::move(command));
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure && base::is_cancellation(failure)) std::rethrow_exception(failure);
    if (failure) co_return outcome_of(status, "fault", "the driver failed while it carried out the command");
    if (outcome.at == base::WallTime{}) outcome.at = ports_.clock.wall();
    co_return outcome;
}

void CommandService::finish(const JobPtr& job, Outcome outcome)
{
    if (outcome.status != Status::rejected) remember(job->command.id, outcome);
    release(job->command);
    jobs_.erase(job->command.id);
    job->outcome = std::move(outcome);
    job->changed.notify();
}

void CommandService::remember(const std::string& id, const Outcome& outcome)
{
    if (!recent_.insert_or_assign(id, outcome).second) return;
    recent_order_.push_back(id);
    if (recent_order_.size() <= recent_max) return;
    recent_.erase(recent_order_.front());
    recent_order_.pop_front();
}

asio::awaitable<void> CommandService::stop(std::chrono::milliseconds limit)
{
    stopping_ = true;
    const auto until = ports_.clock.now() + limit;
    while (tasks_.size() > 0 && ports_.clock.now() < until)
        co_await ports_.clock.sleep_for(10ms);
    tasks_.cancel();
    co_await tasks_.join();
}

} // namespace gatehouse::command
