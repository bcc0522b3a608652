#include "protocols/isapi/session.hpp"

#include "gateway/base/log.hpp"

#include <utility>

namespace gatehouse::isapi {

using namespace std::chrono_literals;
using base::kv;

namespace {

constexpr auto passages_pause = std::chrono::seconds(2);
constexpr auto conditions_key = "conditions";
constexpr std::size_t outputs_max = 256; // far above the doors of one controller
// A live stamp further off its arrival is a report that waited, or a clock that was set since it was
// measured.
constexpr auto doubtful = std::chrono::minutes(1);
constexpr auto doubt_every = std::chrono::minutes(1);

net::HttpClientOptions client_options(const Config& config)
{
    net::HttpClientOptions options;
    options.target = config.target;
    options.username = config.username;
    options.password = config.password;
    options.allow_basic = config.allow_basic;
    options.request_timeout = config.request_max;
    // Well before the request's own limit, so that "not sent" is told from "not answered".
    options.connect_timeout =
        std::min<std::chrono::milliseconds>(options.connect_timeout, config.request_max / 2);
    return options;
}

bool is_read(const model::Body& body)
{
    return std::holds_alternative<model::VehiclePassage>(body) ||
           std::holds_alternative<model::AccessAttempt>(body);
}

} // namespace

std::string Answer::why() const
{
    if (error == base::Errc::unauthorised) return "the device refuses the user name or password";
    if (error == base::Errc::locked_out)
        return "silent after a refused password, so that the device does not lock us out";
    if (error == base::Errc::untrusted)
        return "the device's certificate is not trusted: install its authority on the box, or set tls_verify "
               "= "
               "false";
    if (error == base::Errc::timed_out) return "the device did not answer in time";
    if (error) return "the device cannot be reached: " + error.message();
    return judgement.text;
}

Session::Session(Config config_, device::DriverContext context_)
    : net::DeviceSession(config_.id, std::move(context_)), config(std::move(config_)),
      http(context.connector, context.clock, context.random, client_options(config)),
      clock(context.utc_offset, config.clock_offset_max), active(config.clear_after), records(context.memory),
      moved(context.executor), clock_doubted(context.executor)
{
    if (const auto kept = context.memory.find(conditions_key)) active.load(*kept, context.clock.now());
}

// ---- asking the device ----

asio::awaitable<Answer> Session::get(std::string target)
{
    return send("GET", std::move(target), {}, {});
}

asio::awaitable<Answer> Session::send(std::string method, std::string target, std::string body,
                                      std::string content_type)
{
    net::HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    request.content_type = std::move(content_type);
    auto response = co_await http.request(std::move(request));
    Answer answer;
    if (!response) {
        answer.error = response.error();
        co_return answer;
    }
    heard();
    answer.content_type = std::string(response->headers.find("Content-Type"));
    answer.judgement = judge(response->status, answer.content_type, response->body);
    answer.body = std::move(response->body);
    co_return answer;
}

// ---- what the device says ----

Translation Session::translate(std::string_view document, bool history)
{
    Translation out;
    const auto parsed = parse_alert(document);
    if (!parsed.alert) {
        out.outcome = Translation::Outcome::unparsable;
        out.text = parsed.text;
        counter("gatehouse_isapi_unreadable_total", "Documents of a device that could not be read",
                std::string(to_string(parsed.flaw)))
            .add();
        tell_once("unreadable", "device sent a document that is no event", parsed.text);
        return out;
    }
    MapContext map_context;
    map_context.device = config.id;
    map_context.utc_offset = context.utc_offset;
    map_context.history = history;
    out.mapped = map(*parsed.alert, map_context);
    switch (out.mapped.outcome) {
    case Mapped::Outcome::heartbeat: out.outcome = Translation::Outcome::sign_of_life; break;
    case Mapped::Outcome::refused:
        out.text = out.mapped.refusal.text;
        counter("gatehouse_isapi_unwanted_total", "Events of a device that are understood and not wanted",
                std::string(to_string(out.mapped.refusal.reason)))
            .add();
        break;
    case Mapped::Outcome::event:
        stamp(out.mapped);
        out.outcome = live(out.mapped);
        break;
    }
    return out;
}

Translation::Outcome Session::live(Mapped& mapped)
{
    number(mapped);
    mapped.event.device_key = record_key(records.epoch(), mapped);
    if (!mapped.lifecycle.empty()) {
        const auto news = condition(mapped);
        if (news != Translation::Outcome::event) return news;
    }
    observe(mapped.event);
    announce(mapped.event);
    return Translation::Outcome::event;
}

// Of a condition that goes on, only begin and end are news.
Translation::Outcome Session::condition(const Mapped& mapped)
{
    using Outcome = Translation::Outcome;
    // What the device stored stands for itself, and says nothing about what goes on now.
    if (mapped.event.history) return mapped.continues ? Outcome::unwanted : Outcome::event;
    const auto now = context.clock.now();
    if (mapped.continues) return active.prolong(mapped.lifecycle, now) ? Outcome::repeat : Outcome::unwanted;
    const auto seen = active.observe(mapped.lifecycle, mapped.active, mapped.event, now);
    if (seen == ActiveEvents::Seen::repeat || seen == ActiveEvents::Seen::idle) return Outcome::repeat;
    watch_conditions();
    return Outcome::event;
}

Translation Session::translate_row(const Alert& row)
{
    Translation out;
    MapContext map_context;
    map_context.device = config.id;
    map_context.utc_offset = context.utc_offset;
    map_context.history = true;
    out.mapped = map(row, map_context);
    if (out.mapped.outcome != Mapped::Outcome::event) {
        out.text = out.mapped.refusal.text;
        return out;
    }
    out.outcome = Translation::Outcome::event;
    stamp(out.mapped);
    out.mapped.event.device_key = record_key(records.epoch(), out.mapped);
    if (const auto live_key = records.device_key_of(out.mapped.passage_key))
        out.mapped.event.device_key = *live_key;
    return out;
}

void Session::stamp(Mapped& mapped)
{
    auto& event = mapped.event;
    event.device = config.id;
    event.received_at = context.clock.wall();
    event.occurred_at = event.received_at;
    if (!event.device_time) return;
    const auto stamped =
        clock.stamp(*event.device_time, mapped.offset_given, event.received_at, !event.history);
    event.occurred_at = stamped.occurred_at;
    event.time_trusted = stamped.trusted;
    const bool fits = stamped.trusted == clock.trusted() &&
                      std::chrono::abs(event.occurred_at - event.received_at) <= doubtful;
    if (!event.history && clock.offset_ms() && !fits) doubt_clock();
}

void Session::doubt_clock()
{
    const auto now = context.clock.now();
    if (doubted_at_ && now - *doubted_at_ < doubt_every) return;
    doubted_at_ = now;
    clock_doubted.notify();
}

// Falling record numbers mean that the device was reset (sheet §6); its numbers then need another name.
void Session::number(const Mapped& mapped)
{
    if (!mapped.serial_no || mapped.event.history || !mapped.event.device_time) return;
    // Corrected: a factory reset sets the clock back too.
    if (records.observe_live(*mapped.serial_no, mapped.event.occurred_at))
        spawn("record epoch", new_epoch("the record counter of the device fell"));
}

asio::awaitable<void> Session::new_epoch(std::string why)
{
    base::log::warn("record numbers of a device start anew", kv("device", config.id), kv("why", why));
    const auto saved = co_await records.save_epoch();
    if (!saved) base::log::warn("record epoch not saved", kv("device", config.id), kv("why", saved.error()));
    model::DeviceHealth notice{"records", true, std::move(why)};
    co_await report(std::move(notice));
}

// Commands wait for the door or barrier to be seen moving.
void Session::observe(const model::Event& event)
{
    if (event.history) return;
    const auto note = [this](auto& seen, int number, auto position) {
        if (seen.size() >= outputs_max && !seen.contains(number)) return;
        seen[number] = {position, context.clock.now()};
        moved.notify();
    };
    if (const auto* door = std::get_if<model::DoorState>(&event.body))
        note(seen_doors, door->door, door->position);
    else if (const auto* barrier = std::get_if<model::BarrierMoved>(&event.body))
        note(seen_barriers, barrier->output, barrier->position);
    else if (const auto* vehicle = std::get_if<model::VehiclePassage>(&event.body);
             vehicle && vehicle->passed) {
        let_through_at = context.clock.now();
        moved.notify();
    }
}

asio::awaitable<void> Session::found_barrier(int output, model::BarrierPosition position)
{
    if (position == model::BarrierPosition::unknown || status.link == model::LinkState::down) co_return;
    // An event may have told it meanwhile.
    const auto seen = seen_barriers.find(output);
    if (seen != seen_barriers.end() && seen->second.position == position) co_return;
    seen_barriers[output] = {position, context.clock.now()};
    moved.notify();
    model::BarrierMoved body{output, position};
    co_await report(std::move(body));
}

void Session::announce(const model::Event& event)
{
    if (!context.early || event.history || !is_read(event.body)) return;
    if (!event.device_key.empty()) {
        if (!announced_.insert(event.device_key)) return;
    }
    context.early(event);
}

void Session::link_passage(const Mapped& mapped)
{
    if (mapped.passage_key.empty() || mapped.passage_key == mapped.event.device_key) return;
    if (!records.link_passage(mapped.passage_key, mapped.event.device_key)) return;
    // Not with every event: that would double the commits of a busy lane. A crash inside the pause can show
    // the passages of that pause twice after the next poll, the second time as history.
    if (!std::exchange(saving_passages_, true)) spawn("passages", save_passages());
}

void Session::mark_brought(const Mapped& mapped)
{
    records.mark(mapped.event.device_key);
    records.mark(mapped.passage_key);
    status.last_event = context.clock.wall();
    if (mapped.event.history) return;
    if (mapped.serial_no || !mapped.passage_key.empty()) proven();
    if (!mapped.lifecycle.empty() && ActiveEvents::outlives(mapped.event.body)) keep_conditions();
}

asio::awaitable<void> Session::save_passages()
{
    co_await context.clock.sleep_for(passages_pause);
    saving_passages_ = false; // what comes while this is written is written next time
    const auto saved = co_await records.save_passages();
    if (!saved) tell_once("passages", "names of passages not saved", saved.error().message());
}

asio::awaitable<void> Session::deliver(Mapped mapped)
{
    link_passage(mapped);
    mark_brought(mapped);
    co_await delivery.hand_over(std::move(mapped.event));
}

asio::awaitable<base::Result<void>> Session::offer(Mapped mapped)
{
    link_passage(mapped);
    model::Event event = mapped.event;
    const auto taken = co_await delivery.offer(std::move(event));
    if (taken) mark_brought(mapped);
    co_return taken;
}

void Session::forget(const Mapped& mapped)
{
    if (mapped.lifecycle.empty() || mapped.event.history) return;
    active.forget(mapped.lifecycle, mapped.active, mapped.event, context.clock.now());
    watch_conditions();
}

// ---- what we observe ourselves ----

void Session::proven()
{
    last_proof_ = context.clock.wall();
    if (status.link == model::LinkState::silent) spawn("link", set_link(model::LinkState::up, ""));
}

void Session::heard()
{
    status.last_heard = context.clock.wall();
    heard_at_ = context.clock.now();
}

void Session::watch_conditions()
{
    if (!active.empty() && running() && !std::exchange(sweeping_, true))
        spawn("active events", sweep_active());
}

// Silence ends a condition only where the device could have spoken: not without a link, and not before it was
// heard again, because a pulled cable is silent for long before the link is called down.
asio::awaitable<void> Session::sweep_active()
{
    const auto up = [this] { return status.link == model::LinkState::up; };
    while (!active.empty()) {
        co_await context.clock.sleep_for(1s);
        if (up() && active.due(context.clock.now()) && !active.due(heard_at_))
            (void)co_await get("/ISAPI/System/deviceInfo"); // only whether it is heard counts
        if (!up()) continue;
        auto over = active.expire(heard_at_);
        for (auto& event : over) {
            auto ended = own_event(std::move(event.body));
            co_await delivery.hand_over(std::move(ended));
        }
        if (!over.empty()) keep_conditions();
    }
    sweeping_ = false;
}

// Their end has to be told also when we are restarted meanwhile: an alert waits for it.
void Session::keep_conditions()
{
    if (!std::exchange(saving_conditions_, true)) spawn("conditions", save_conditions());
}

asio::awaitable<void> Session::save_conditions()
{
    saving_conditions_ = false; // what changes from here on is written next time
    auto text = active.save();
    if (context.memory.find(conditions_key).value_or("") == text) co_return;
    const auto saved = co_await context.memory.put(conditions_key, std::move(text));
    if (!saved) tell_once("conditions", "conditions of a device not saved", saved.error().message());
}

void Session::link_is_up()
{
    active.resume(context.clock.now());
    watch_conditions();
}

void Session::start()
{
    open();
    sweeping_ = false;
    saving_conditions_ = false;
}

void Session::count_flaws(std::uint64_t flaws)
{
    counter("gatehouse_isapi_framing_flaws_total", "Places where bytes of a device had to be skipped")
        .add(flaws);
}

} // namespace gatehouse::isapi
