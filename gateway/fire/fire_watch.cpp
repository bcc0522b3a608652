#include "gateway/fire/fire_watch.hpp"

#include "gateway/base/log.hpp"
#include "gateway/fire/answer.hpp"
#include "gateway/fire/saved_fire.hpp"

#include <algorithm>
#include <tuple>

namespace gatehouse::fire {

using namespace std::chrono_literals;
using base::Errc;
using base::kv;
using base::Result;
using model::Action;
namespace log = base::log;

namespace {

constexpr auto memory_owner = "gateway";
constexpr auto memory_key = "fire";
constexpr auto order_life = 30s;
constexpr auto wait_max = 60s; // between two tries that could not be sent

std::string text_of(const FireWatch::Output& output)
{
    return output.first + "/" + std::to_string(output.second);
}

bool closes(Action action)
{
    return action == Action::barrier_close || action == Action::door_close;
}

} // namespace

FireWatch::FireWatch(Ports ports)
    : ports_(std::move(ports)),
      burning_gauge_(
          ports_.metrics.gauge("gatehouse_fire_burning", "1 from a fire input until a person clears it")),
      tasks_(ports_.executor)
{
}

asio::awaitable<Result<void>> FireWatch::load()
{
    const auto memory = co_await ports_.store.memory(memory_owner);
    if (!memory) co_return memory.error();
    if (const auto found = memory->find(memory_key); found != memory->end())
        std::tie(fire_, cleared_at_) = parse_fire(found->second);
    burning_gauge_.set(burning() ? 1 : 0);
    co_return Result<void>();
}

void FireWatch::resume()
{
    if (!burning()) return;
    const auto& config = ports_.config();
    const auto start = [this](const config::DeviceOutput& configured, bool door) {
        const Opening opening{{configured.device, configured.output}, door};
        if (outputs_[opening.output] == "held" || outputs_[opening.output] == "open") return;
        if (!under_way_.insert(opening.output).second) return;
        outputs_[opening.output] = "waiting";
        tasks_.spawn("fire " + text_of(opening.output), open(fire_.id, opening));
    };
    for (const auto& barrier : config.barriers)
        start(barrier, false);
    for (const auto& door : config.doors)
        start(door, true);
}

asio::awaitable<void> FireWatch::stop()
{
    tasks_.cancel();
    co_await tasks_.join();
}

// ---- the input ----

// Its name in the configuration, or empty.
std::string FireWatch::watched_input(const model::Event& event) const
{
    const auto* input = std::get_if<model::InputChanged>(&event.body);
    const auto* detection = std::get_if<model::Detection>(&event.body);
    const bool by_detector = detection != nullptr && detection->what == "fire";
    if (input == nullptr && !by_detector) return {};
    for (const auto& watched : ports_.config().inputs) {
        if (watched.device != event.device) continue;
        if (by_detector ? !watched.input : watched.input == input->input) return config::to_string(watched);
    }
    return {};
}

// A device that was never told that its record is kept sends it again, also after somebody has cleared the
// fire. Only a clock that can be believed shows that.
bool FireWatch::told_before_clear(const model::Event& event) const
{
    return event.time_trusted && event.device_time && event.occurred_at <= cleared_at_;
}

void FireWatch::notice(const model::Event& event)
{
    if (event.history) return;
    auto input = watched_input(event);
    if (input.empty()) return;
    const auto* changed = std::get_if<model::InputChanged>(&event.body);
    const bool on = changed != nullptr ? changed->active : std::get<model::Detection>(event.body).active;
    if (!on) {
        on_.erase(input); // which ends nothing
        return;
    }
    if (told_before_clear(event)) return;
    on_.insert(input);
    if (!burning()) begin(std::move(input));
}

void FireWatch::begin(std::string input)
{
    fire_ = Fire{ports_.ids.next(), ports_.clock.wall(), std::move(input)};
    outputs_.clear();
    burning_gauge_.set(1);
    log::error("a fire input is on: barriers and doors open and nothing closes until somebody clears it",
               kv("input", fire_.input));
    // Handed to the store before the orders are: none of them is on disk without it.
    tasks_.spawn("fire note", note(fire_));
    resume();
}

asio::awaitable<void> FireWatch::note(Fire fire)
{
    base::error_code told;
    while (burns(fire.id)) {
        auto change = change_of(fire, "on", model::SystemNotice{"fire", false, fire.input});
        change.memory.push_back({memory_owner, memory_key, saved_fire(fire, cleared_at_)});
        const auto kept = co_await ports_.store.commit(std::move(change));
        if (kept) co_return;
        if (told != kept.error())
            log::error("the fire is not recorded; what opens opens", kv("why", kept.error()));
        told = kept.error();
        co_await ports_.clock.sleep_for(1s);
    }
}

store::Change FireWatch::change_of(const Fire& fire, std::string_view step, model::SystemNotice notice)
{
    store::Change change;
    auto& event = change.events.emplace_back();
    event.id = ports_.ids.next();
    event.device = "gateway";
    event.device_key = "fire/" + fire.id + "/" + std::string(step);
    event.occurred_at = ports_.clock.wall();
    event.received_at = event.occurred_at;
    const bool synced = !ports_.clock_synced || ports_.clock_synced();
    event.clock_quality = synced ? model::ClockQuality::synced : model::ClockQuality::unsynced;
    event.body = std::move(notice);
    return change;
}

// ---- opening ----

model::Command FireWatch::order(std::string id, Action action, const Output& output) const
{
    model::Command command;
    command.id = std::move(id);
    command.origin = "fire";
    command.action = action;
    command.device = output.first;
    command.output = output.second;
    command.operator_name = "gateway";
    command.issued_at = ports_.clock.wall();
    command.expires = command.issued_at + order_life;
    return command;
}

// One output, until it is open, cannot be opened, or nothing burns any more. A try follows another only when
// that one certainly moved nothing, and has an id of its own: so after a restart the same tries are answered
// with what became of them, and the first that was never made goes out.
asio::awaitable<void> FireWatch::open(std::string fire, Opening opening)
{
    bool hold = true;
    bool recorded = true;
    const auto action = opening.door ? Action::door_open : Action::barrier_open;
    for (int attempt = 1; burns(fire); ++attempt) {
        auto command = order(fire + "/" + text_of(opening.output) + "/" + std::to_string(attempt), action,
                             opening.output);
        // What leaves no trace on disk must not share its id with anything after a restart.
        if (!recorded) command.id = ports_.ids.next();
        command.reason = "fire input " + fire_.input;
        if (hold) command.args["mode"] = "hold";
        const Run& run = recorded ? ports_.run : ports_.run_unrecorded;
        const auto outcome = co_await run(std::move(command));
        if (!burns(fire)) break;
        const auto answer = answer_of(outcome);
        if (answer == Answer::opened) {
            const bool seen = outcome.status != model::Status::unknown;
            outputs_[opening.output] = !seen ? "unknown: " + outcome.text : hold ? "held" : "open";
            break;
        }
        outputs_[opening.output] = "failed: " + outcome.text;
        if (answer == Answer::refused && !hold) {
            log::error("a gate does not open for the fire", kv("output", text_of(opening.output)),
                       kv("why", outcome.text));
            break;
        }
        if (answer == Answer::refused) hold = false;
        if (answer == Answer::unrecorded) recorded = false;
        const bool repeated = outcome.status == model::Status::duplicate;
        if (answer == Answer::not_sent && !repeated)
            co_await wait_to_try_again(fire, opening.output.first, attempt);
    }
    if (burns(fire)) under_way_.erase(opening.output);
}

asio::awaitable<void> FireWatch::wait_to_try_again(std::string fire, std::string device, int attempt)
{
    const auto pause =
        std::min<std::chrono::seconds>(wait_max, std::chrono::seconds(1 << std::min(attempt - 1, 6)));
    co_await ports_.clock.sleep_for(pause);
    while (burns(fire) && !ports_.reachable(device))
        co_await ports_.clock.sleep_for(1s);
}

// ---- what the command room asks ----

bool FireWatch::permits(model::Command& command) const
{
    if (!burning()) return true;
    if (closes(command.action)) return false;
    const auto known = outputs_.find({command.device, command.output});
    if (model::moves_metal(command.action) && known != outputs_.end() && known->second == "held")
        command.args["mode"] = "hold";
    return true;
}

// ---- the end ----

asio::awaitable<Result<void>> FireWatch::clear(std::string operator_name, std::string reason)
{
    if (operator_name.empty() || reason.empty()) co_return Errc::bad_input;
    if (!burning()) co_return Errc::not_found;
    if (!on_.empty()) co_return Errc::conflict;
    const auto ended = fire_;
    const auto now = ports_.clock.wall();
    // Who it was is for the audit: the notice goes to everybody.
    auto change = change_of(ended, "cleared", model::SystemNotice{"fire", true, "cleared by a person"});
    change.memory.push_back({memory_owner, memory_key, saved_fire(Fire{}, now)});
    change.audit.push_back({now, operator_name, "fire-clear", ended.input, ended.id + ": " + reason, "done"});
    const auto kept = co_await ports_.store.commit(std::move(change));
    if (!kept) co_return kept.error();
    if (!burns(ended.id)) co_return Errc::not_found; // somebody else was faster
    fire_ = {};
    cleared_at_ = now;
    under_way_.clear();
    outputs_.clear();
    burning_gauge_.set(0);
    log::warn("the fire is cleared", kv("input", ended.input));
    if (!on_.empty()) { // it came on again while this was written down
        begin(*on_.begin());
        co_return Result<void>();
    }
    for (const auto& door : ports_.config().doors)
        tasks_.spawn("fire release", release(ended.id, {door.device, door.output}, operator_name, reason));
    co_return Result<void>();
}

// For a driver that holds, closing brings back what was there before.
asio::awaitable<void> FireWatch::release(std::string fire, Output door, std::string operator_name,
                                         std::string reason)
{
    auto command = order(fire + "/" + text_of(door) + "/release", Action::door_close, door);
    command.operator_name = std::move(operator_name);
    command.reason = "fire cleared: " + reason;
    const auto outcome = co_await ports_.run(std::move(command));
    if (outcome.status != model::Status::confirmed && outcome.status != model::Status::accepted)
        log::warn("a door is not given back after the fire", kv("output", text_of(door)),
                  kv("why", outcome.text));
}

} // namespace gatehouse::fire
