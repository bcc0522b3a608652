#include "gateway/pipeline/intake.hpp"

#include "gateway/base/timeout.hpp"

namespace gatehouse::pipeline {
namespace {

using base::Errc;
using base::Result;
using model::Decision;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::size_t memo_size_max = 4096;
constexpr std::size_t device_key_size_max = 512;
// How long the record of an opening waits to learn how long the opening took. The gate itself waits for
// nothing.
constexpr milliseconds latency_wait_max{250};
// For how long after a crash a device may still send again what it sent to the process before this one.
constexpr std::chrono::seconds retry_patience{60};
// How far a device's time may be from ours once it is corrected: devices show their clock in whole seconds,
// and the question takes its way there and back.
constexpr milliseconds device_time_error{1'500};

// Whether the body says what a reader saw, so that somebody has to decide.
bool is_read(const model::Body& body)
{
    return std::holds_alternative<model::VehiclePassage>(body) ||
           std::holds_alternative<model::AccessAttempt>(body);
}

bool let_in(const model::Body& body)
{
    if (const auto* vehicle = std::get_if<model::VehiclePassage>(&body)) return vehicle->passed;
    const auto* attempt = std::get_if<model::AccessAttempt>(&body);
    return attempt != nullptr && attempt->granted;
}

// Makes the event say what was decided here.
void apply(const Decision& decision, model::Event& event)
{
    event.decision = decision;
    if (decision.result == Decision::Result::none) return; // the device's word stands
    const bool open = decision.result == Decision::Result::open;
    if (auto* vehicle = std::get_if<model::VehiclePassage>(&event.body)) vehicle->passed = open;
    if (auto* attempt = std::get_if<model::AccessAttempt>(&event.body)) attempt->granted = open;
}

Decision device_decision(const model::Event& event)
{
    Decision decision;
    decision.rule = "device";
    decision.result = let_in(event.body) ? Decision::Result::open : Decision::Result::refuse;
    const auto* attempt = std::get_if<model::AccessAttempt>(&event.body);
    if (attempt != nullptr && !attempt->granted && !attempt->reason.empty())
        decision.reasons.push_back("The device refused: " + attempt->reason + '.');
    return decision;
}

// A gate was opened for this record here, and how long it took is not known yet. A repeat waits at most as
// long again.
bool waits_for_latency(const model::Event& event)
{
    return event.decision && event.decision->result == Decision::Result::open &&
           event.decision->rule != "device" && !event.decision->latency_ms && !event.device_key.empty();
}

// For a read that opens nothing because of when it happened: nothing was decided here.
Decision late_decision(std::string rule, std::string reason)
{
    Decision decision;
    decision.rule = std::move(rule);
    decision.reasons.push_back(std::move(reason));
    return decision;
}

} // namespace

Intake::Intake(IntakePorts ports, std::vector<config::LaneConfig> lanes)
    : ports_(std::move(ports)), lanes_(std::make_unique<LaneMap>(std::move(lanes))), memo_(memo_size_max),
      sent_(ports_.executor), started_(ports_.clock.wall())
{
}

void Intake::expect_repeats()
{
    proof_until_ = ports_.clock.now() + retry_patience;
}

void Intake::use_lanes(std::vector<config::LaneConfig> lanes)
{
    lanes_ = std::make_unique<LaneMap>(std::move(lanes));
}

device::EventSink Intake::sink_for(std::string device)
{
    return
        [this, device = std::move(device)](model::Event event) { return accept(device, std::move(event)); };
}

device::EarlyNotice Intake::early_for(std::string device)
{
    return [this, device = std::move(device)](const model::Event& event) { announce(device, event); };
}

base::Counter& Intake::counter(std::string_view name, std::string_view help, std::string_view label,
                               std::string value)
{
    const base::Labels labels{{std::string(label), std::move(value)}};
    return ports_.metrics.counter(name, help, labels);
}

// One look-up in all series of the gateway for a type, not one for an event.
base::Counter& Intake::journalled(const std::string& type)
{
    auto& known = journalled_[type];
    if (known == nullptr) known = &counter("gatehouse_events_total", "Events journalled", "type", type);
    return *known;
}

void Intake::stamp(const std::string& device, model::Event& event) const
{
    event.device = device;
    // A driver that knows when the first byte came says so; a device never does.
    const auto now = ports_.clock.wall();
    if (event.received_at == base::WallTime{} || event.received_at > now) event.received_at = now;
    if (event.occurred_at == base::WallTime{}) event.occurred_at = event.received_at;
    if (!event.time_trusted)
        event.clock_quality = model::ClockQuality::device;
    else if (ports_.clock_synced && !ports_.clock_synced())
        event.clock_quality = model::ClockQuality::unsynced;
    if (const auto* lane = lanes_->find(device, event.body)) {
        event.lane = lane->id;
        if (lane->direction != model::Direction::unknown) event.direction = lane->direction;
        if (auto* changed = std::get_if<model::InputChanged>(&event.body))
            changed->role = LaneMap::role(*lane, device, changed->input);
    }
    if (auto* vehicle = std::get_if<model::VehiclePassage>(&event.body);
        vehicle != nullptr && ports_.canonical_plate)
        vehicle->plate.text = ports_.canonical_plate(vehicle->plate.text);
}

void Intake::judge(model::Event& event)
{
    if (!is_read(event.body)) return;
    const auto* lane = lanes_->find(event.device, event.body);
    if (lane != nullptr && lane->decide_here && ports_.decide)
        judge_here(*lane, event);
    else if (!event.decision)
        judge_there(lane, event);
}

// What the device has decided.
void Intake::judge_there(const config::LaneConfig* lane, model::Event& event) const
{
    event.decision = device_decision(event);
    if (lane != nullptr && ports_.passed && event.decision->result == Decision::Result::open)
        ports_.passed(*lane, event);
}

void Intake::judge_here(const config::LaneConfig& lane, model::Event& event)
{
    const bool keyed = !event.device_key.empty();
    if (const auto* known = keyed ? memo_.find(event.device, event.device_key) : nullptr)
        return apply(*known, event);
    if (auto late = too_late(lane, event)) {
        event.decision = std::move(late);
        // The live read of a record may follow its history; nothing makes an old live read new.
        if (keyed && !event.history) memo_.put(event.device, event.device_key, *event.decision);
        return;
    }
    auto decision = ports_.decide(lane, event);
    // Remembered before the gate is told, so that whatever the command does, this record never opens again.
    if (keyed) memo_.put(event.device, event.device_key, decision);
    if (decision.result == Decision::Result::open) {
        open(lane, event, decision);
        if (ports_.passed) ports_.passed(lane, event);
    }
    apply(decision, event);
}

// Why a read may open nothing, or nothing when it may.
std::optional<Decision> Intake::too_late(const config::LaneConfig& lane, const model::Event& event) const
{
    if (event.history)
        return late_decision("history",
                             "The read came from the device's store, so nothing was opened for it.");
    const auto age = ports_.clock.wall() - event.occurred_at;
    if (event.occurred_at < started_ || age > lane.open_within || age < -lane.open_within)
        return late_decision("stale", "The read was too old to open anything.");
    // Without a time of the device that can be believed, every read looks as if it had just happened; so
    // would one that opened before a crash and was never acknowledged.
    const bool dated = event.time_trusted && event.device_time;
    const bool is_new = dated && event.occurred_at >= started_ + device_time_error;
    if (!is_new && ports_.clock.now() < proof_until_)
        return late_decision("stale", "The gateway has just recovered, and the device's clock does not show "
                                      "that the read is new.");
    return std::nullopt;
}

void Intake::open(const config::LaneConfig& lane, const model::Event& event, const Decision& decision)
{
    if (!ports_.open || lane.barrier_device.empty()) return;
    // From the read's arrival here: device clocks that count whole seconds cannot measure this.
    const auto before_ms = (ports_.clock.wall() - event.received_at).count();
    counter("gatehouse_gate_opens_total", "Gates opened for a read", "lane", lane.id).add();
    const auto handed_over = ports_.clock.now();
    auto sent = [this, device = event.device, key = event.device_key, handed_over, before_ms] {
        note_sent(device, key, handed_over, before_ms);
    };
    ports_.open(lane, event, decision, std::move(sent));
}

void Intake::note_sent(const std::string& device, const std::string& device_key, base::MonoTime handed_over,
                       std::int64_t before_ms)
{
    const auto took = before_ms + duration_cast<milliseconds>(ports_.clock.now() - handed_over).count();
    ports_.metrics
        .counter("gatehouse_gate_open_milliseconds_total",
                 "Time from a read's arrival to the gate's command taken, summed up")
        .add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, took)));
    auto* known = memo_.find(device, device_key);
    if (known == nullptr) return;
    known->latency_ms = took;
    sent_.notify();
}

void Intake::announce(const std::string& device, const model::Event& event)
{
    if (event.device_key.empty() || event.device_key.size() > device_key_size_max || event.history) return;
    const auto* lane = lanes_->find(device, event.body);
    if (!is_read(event.body) || lane == nullptr || !lane->decide_here) return;
    model::Event early = event;
    stamp(device, early);
    judge(early);
}

asio::awaitable<Result<void>> Intake::accept(std::string device, model::Event event)
{
    if (event.device_key.size() > device_key_size_max) {
        counter("gatehouse_events_refused_total", "Events not taken, by reason", "reason", "bad_input").add();
        co_return Errc::bad_input;
    }
    stamp(device, event);
    if (ports_.seen) ports_.seen(event);
    judge(event);
    if (waits_for_latency(event)) co_await await_latency(event.device, event.device_key, *event.decision);
    store::Change change;
    change.events.push_back(std::move(event));
    co_return co_await journal(std::move(change));
}

asio::awaitable<Result<void>> Intake::latency_known(std::string device, std::string device_key)
{
    for (;;) {
        const auto* known = memo_.find(device, device_key);
        if (known == nullptr || known->latency_ms) co_return Result<void>();
        co_await sent_.wait();
    }
}

asio::awaitable<void> Intake::await_latency(std::string device, std::string device_key, Decision& decision)
{
    const auto in_time =
        co_await base::with_timeout(ports_.clock, latency_wait_max, latency_known(device, device_key));
    const auto* known = memo_.find(device, device_key);
    if (in_time && known != nullptr) decision.latency_ms = known->latency_ms;
}

asio::awaitable<Result<void>> Intake::emit(model::Body body, std::string device)
{
    model::Event event;
    event.body = std::move(body);
    stamp(device, event);
    store::Change change;
    change.events.push_back(std::move(event));
    co_return co_await journal(std::move(change));
}

asio::awaitable<Result<void>> Intake::emit_together(std::vector<model::Body> bodies, store::Change beside)
{
    auto change = std::move(beside);
    for (auto& body : bodies) {
        auto& event = change.events.emplace_back();
        event.body = std::move(body);
        stamp("gateway", event);
    }
    co_return co_await journal(std::move(change));
}

asio::awaitable<Result<void>> Intake::journal(store::Change change)
{
    std::vector<std::string> types;
    for (auto& event : change.events) {
        event.id = ports_.ids.next();
        types.push_back(model::type_of(event.body));
    }
    const auto committed = co_await ports_.store.commit(std::move(change));
    if (!committed) {
        counter("gatehouse_events_refused_total", "Events not taken, by reason", "reason",
                committed.error().message())
            .add(types.size());
        co_return committed.error();
    }
    for (std::size_t i = 0; i < types.size(); ++i) {
        if ((*committed)[i].repeated)
            counter("gatehouse_events_repeated_total", "Records a device sent again", "type",
                    std::move(types[i]))
                .add();
        else
            journalled(types[i]).add();
    }
    co_return Result<void>();
}

} // namespace gatehouse::pipeline
