#include "protocols/mqtt/mqtt_sink.hpp"

#include "gateway/base/log.hpp"
#include "protocols/mqtt/reason.hpp"

#include <boost/asio/post.hpp>

namespace gatehouse::mqtt {
namespace {

// How long after the greeting an order may be one that waited at the broker.
constexpr auto queue_span = std::chrono::seconds(10);
constexpr auto stat_every = std::chrono::seconds(60);
constexpr auto stat_expiry = std::chrono::seconds(120);
constexpr auto info_every = std::chrono::minutes(5);
constexpr std::size_t document_max = 8U * 1024; // §2
constexpr std::size_t packet_overhead = 128;    // header, packet id, content type

using upstream::Delivery;
using upstream::Verdict;

constexpr std::size_t open_max = 4096; // window, replies and device states together

} // namespace

void MqttSink::deliver(model::EntryPtr entry, bool replay, OnVerdict done)
{
    if (!ready_) {
        auto later = [done = std::move(done)] { done({Delivery::later, "link down"}); };
        asio::post(context_.executor, std::move(later));
        return;
    }
    auto topic = model::topic_of(*entry, context_.names);
    auto payload = model::cloud_event(*entry, context_.names, replay);
    if (auto why = unfit(topic, payload)) {
        auto never = [done = std::move(done), why = std::move(*why)] { done({Delivery::rejected, why}); };
        asio::post(context_.executor, std::move(never));
        return;
    }
    send(std::move(topic), std::move(payload), false, {}, std::move(done));
}

// A broker answers a packet larger than it takes by hanging up, each time: it must not be sent at all.
std::optional<std::string> MqttSink::unfit(const std::string& topic, const std::string& payload) const
{
    if (payload.size() > document_max) return "the document is larger than 8 KiB";
    if (topic.size() + payload.size() + packet_overhead > packet_max_)
        return "larger than the " + std::to_string(packet_max_) + " bytes that the broker takes";
    return std::nullopt;
}

// watch() looks what has changed.
void MqttSink::device_changed(const std::string&, const device::DeviceStatus&)
{
    changed_.notify();
}

// Retained states that are due, a quarter of the window at once beside the entries; their answers bring us
// back here.
asio::awaitable<void> MqttSink::refresh_states()
{
    if (!config_.retain) co_return;
    publish_info();
    if (!context_.presence.devices) co_return;
    const auto devices = context_.presence.devices();
    states_.look(devices, context_.clock.now());
    auto retained = states_.retained();
    if (retained != retained_) {
        // Before anything is published: what may lie at the broker must be known to the next run.
        retained_ = retained;
        const auto kept = co_await context_.memory.put("mqtt/devices", std::move(retained));
        if (!kept)
            base::log::warn("published devices not remembered", base::kv("upstream", name_),
                            base::kv("why", kept.error()));
    }
    while (states_.open() <= window() / 4) {
        const auto due = states_.take();
        if (!due) break;
        publish_device(*due, devices);
    }
}

// Tells readers what to think of our times: at once when the clock's state changes.
void MqttSink::publish_info()
{
    const bool synced = !context_.clock_synced || context_.clock_synced();
    const auto now = context_.clock.now();
    if (info_synced_ == synced && now < info_due_) return;
    info_synced_ = synced;
    info_due_ = now + info_every;
    const GatewayInfo info{
        .version = context_.presence.version, .boot_id = context_.boot_id, .clock_synced = synced};
    auto done = [this](const Verdict& verdict) {
        if (verdict.delivery != Delivery::accepted) states_dropped_.add();
    };
    send(topics_.info(), info_document(context_.names, stamp(), info), true, {}, done);
}

// An empty retained message takes the document of a device that is gone away.
void MqttSink::publish_device(const DeviceStates::Due& due, const DeviceStates::Devices& devices)
{
    auto done = [this, device = due.device](const Verdict& verdict) {
        const bool accepted = verdict.delivery == Delivery::accepted;
        if (!accepted) states_dropped_.add();
        states_.settled(device, accepted);
        changed_.notify();
    };
    std::string payload;
    for (const auto& [device, status] : devices)
        if (device == due.device && !due.gone)
            payload = device_document(context_.names, stamp(), device, status);
    send(topics_.device_state(due.device), std::move(payload), true, {}, done);
}

void MqttSink::publish_state(bool online, OnVerdict done)
{
    const auto state = gateway_state(online, online ? "" : "shutdown");
    send(topics_.state(), state_document(context_.names, stamp(), state), config_.retain, {},
         std::move(done));
}

// Figures are worth nothing an hour later: QoS 0 and an expiry (§4).
void MqttSink::publish_stat()
{
    stat_due_ = context_.clock.now() + stat_every;
    if (!context_.presence.stats || !link_) return;
    link_->publish({.id = next_id_++,
                    .topic = topics_.stat("gateway"),
                    .payload = stat_document(context_.names, stamp(), context_.presence.stats()),
                    .retained = false,
                    .correlation = {},
                    .qos = 0,
                    .expiry = stat_expiry});
}

void MqttSink::send(std::string topic, std::string payload, bool retained, std::string correlation,
                    OnVerdict done)
{
    if (!link_ || open_.size() >= open_max) {
        asio::post(context_.executor, [done = std::move(done)] { done({Delivery::later, "link down"}); });
        return;
    }
    const auto id = next_id_++;
    open_.emplace(id, Open{std::move(done), context_.clock.now()});
    link_->publish({.id = id,
                    .topic = std::move(topic),
                    .payload = std::move(payload),
                    .retained = retained,
                    .correlation = std::move(correlation)});
}

void MqttSink::settle(std::uint64_t id, upstream::Verdict verdict)
{
    const auto found = open_.extract(id);
    if (found) found.mapped().done(std::move(verdict));
}

GatewayState MqttSink::gateway_state(bool online, std::string reason) const
{
    GatewayState state{.online = online,
                       .reason = std::move(reason),
                       .session = session_,
                       .version = context_.presence.version,
                       .since = context_.presence.since};
    if (!online || !context_.presence.devices) return state;
    for (const auto& [device, status] : context_.presence.devices()) {
        ++state.devices_total;
        if (status.link == model::LinkState::up) ++state.devices_online;
    }
    return state;
}

Stamp MqttSink::stamp()
{
    return {ids_.next(), context_.clock.wall()};
}

LinkOptions MqttSink::link_options()
{
    LinkOptions options;
    options.host = config_.host;
    options.port = config_.port;
    options.tls = config_.tls;
    options.ca = config_.ca;
    options.certificate = config_.certificate;
    options.key = config_.key;
    options.client_id = client_id_of(config_, context_.names);
    options.username = config_.username;
    options.password = config_.password;
    options.v5 = use_v5_;
    options.keepalive = config_.keepalive;
    options.will_delay = config_.will_delay;
    if (config_.retain) { // providers without retain have no Will either; there the heartbeat speaks (§3)
        options.will_topic = topics_.state();
        options.will_payload = state_document(context_.names, stamp(), gateway_state(false, "lost"));
    }
    return options;
}

LinkHandlers MqttSink::link_handlers()
{
    LinkHandlers handlers;
    handlers.greeted = [this](Greeting greeting) {
        greeting_ = std::move(greeting);
        greeted_at_ = context_.clock.now();
        changed_.notify();
    };
    handlers.subscribed = [this](int code) {
        subscribed_ = code;
        changed_.notify();
    };
    handlers.answered = [this](std::uint64_t id, Answer answer) { settle(id, verdict_of(answer)); };
    handlers.lost = [this](int code, std::string why) {
        if (lost_) return; // the broker's reason comes first, the broken socket after it
        lost_ = Ending{code == reason_taken_over ? End::taken_over : End::lost, std::move(why)};
        changed_.notify();
    };
    handlers.arrived = [this](Incoming incoming) {
        // What the broker kept for our session comes right after the greeting.
        incoming.live =
            greeting_ && (!greeting_->session_present || context_.clock.now() - greeted_at_ > queue_span);
        desk_.take(std::move(incoming));
    };
    handlers.overflowed = [this](std::size_t count) { desk_.overflowed(count); };
    handlers.goodbye_done = [this] {
        goodbye_done_ = true;
        changed_.notify();
    };
    return handlers;
}

} // namespace gatehouse::mqtt
