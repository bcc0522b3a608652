#include "protocols/facepush/bus_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "gateway/base/timeout.hpp"
#include "protocols/facepush/explain.hpp"
#include "protocols/facepush/people.hpp"
#include "protocols/net/record_for.hpp"
#include "protocols/net/session_token.hpp"
#include "protocols/wire/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::facepush {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using device::HeldEntry;
using device::ListResult;
using device::TestStep;
using model::LinkState;
using model::ListEntry;
using model::Status;

namespace {

constexpr auto connect_max = 15s;
constexpr auto refused_pause = 60s;
constexpr std::size_t orders_max = 64;
constexpr std::size_t bus_picture_max = 1U << 20;
constexpr std::size_t token_size = 32;
constexpr wire::Advice broker_refuses{"the broker refuses the user name or password; correct them",
                                      "MQTT 服务器拒绝用户名或密码；请核对用户名和密码"};

} // namespace

BusDriver::BusDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)),
      dialect_(make_dialect(session_.config, session_.context.utc_offset))
{
    session_.fact("family", dialect_->name());
    session_.fact("way", "through the broker " + session_.config.target.host);
}

asio::awaitable<void> BusDriver::run()
{
    session_.start();
    net::SessionBase::Leave last = [this] { return leave(); };
    co_await session_.run_until_stopped(reconnect_for_ever(), std::move(last));
}

asio::awaitable<void> BusDriver::leave()
{
    bus_.reset();
    co_await session_.stop();
}

asio::awaitable<void> BusDriver::reconnect_for_ever()
{
    base::Backoff backoff(1s, 30s);
    auto& ended =
        session_.counter("gatehouse_facepush_reconnects_total", "Conversations with a terminal that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        auto reason = co_await converse();
        bus_.reset();
        for (const auto& [number, waiting] : waiting_)
            waiting->changed.notify();
        ended.add();
        if (session_.context.clock.now() - begun > 60s) backoff.reset();
        co_await session_.set_link(LinkState::down, std::move(reason));
        co_await session_.context.clock.sleep_for(backoff.next(session_.context.random));
    }
}

asio::awaitable<std::string> BusDriver::converse()
{
    auto& context = session_.context;
    if (!context.buses) co_return std::string("this gateway speaks with no broker");
    base::BusAddress address;
    address.host = session_.config.target.host;
    address.port = session_.config.target.port;
    address.tls = session_.config.target.tls;
    address.ca_file = session_.config.target.ca_file;
    address.username = session_.config.username;
    address.password = session_.config.password;
    address.client_id = "gatehouse-" + session_.config.id;
    auto opening = context.buses(std::move(address));
    auto opened = co_await base::with_timeout(context.clock, connect_max, std::move(opening));
    if (!opened && opened.error() == base::Errc::unauthorised) {
        const auto why = wire::in_both_languages(broker_refuses);
        co_await session_.set_link(LinkState::down, why);
        co_await context.clock.sleep_for(refused_pause);
        co_return why;
    }
    if (!opened) co_return "the broker cannot be reached: " + opened.error().message();
    bus_ = std::move(*opened);
    for (auto topic : dialect_->topics()) {
        auto work = bus_->subscribe(topic);
        const auto granted = co_await base::with_timeout(context.clock, connect_max, std::move(work));
        if (!granted) co_return "the broker does not let us listen to " + topic;
    }
    // The broker is there; whether the terminal is, it has to say.
    heard_at_.reset();
    auto ended = co_await (listen() || watch());
    co_return ended.index() == 0 ? std::get<0>(std::move(ended)) : std::get<1>(std::move(ended));
}

asio::awaitable<std::string> BusDriver::listen()
{
    for (;;) {
        auto message = co_await bus_->receive();
        if (!message) co_return std::string("the connection to the broker was lost");
        co_await take(std::move(*message));
    }
}

// Liveness (sheet, driver rules): B by heartbeat and last will; C and D by whatever they say.
asio::awaitable<std::string> BusDriver::watch()
{
    const auto& config = session_.config;
    const auto begun = session_.context.clock.now();
    for (;;) {
        const auto since = heard_at_.value_or(begun);
        const auto silence = session_.context.clock.now() - since;
        if (silence > 3 * config.heartbeat_every && dialect_->beats())
            co_await session_.set_link(LinkState::down,
                                       "the terminal has not been heard for three heartbeats");
        if (!heard_at_ && session_.status.link == LinkState::unknown && silence > 3 * config.heartbeat_every)
            co_await session_.set_link(LinkState::silent,
                                       "the broker is there, and the terminal has not been heard yet");
        const auto until = std::max(since + 3 * config.heartbeat_every, session_.context.clock.now()) + 1s;
        co_await session_.context.clock.wait(session_.changed, until);
    }
}

asio::awaitable<void> BusDriver::take(base::BusMessage message)
{
    const auto fields = Fields::of_json(message.payload);
    if (!fields) {
        session_.counter("gatehouse_facepush_unreadable_total", "Messages on a broker that are no JSON")
            .add();
        co_return;
    }
    auto heard = dialect_->hear(message.topic, *fields);
    if (heard.kind == Heard::Kind::nothing) co_return;
    if (heard.read.reason == Unread::other_device) session_.count_unread(heard.read);
    if (heard.read.reason == Unread::other_device) co_return; // no sign of life of this one
    if (session_.recorder.on()) {
        auto way = message.topic;
        if (const auto at = way.find(session_.config.serial); at != std::string::npos)
            way.replace(at, session_.config.serial.size(), "x");
        session_.recorder.take(way, *fields);
    }
    using Kind = Heard::Kind;
    if (heard.kind == Kind::answer) {
        const auto at = waiting_.find(heard.number);
        if (at == waiting_.end()) co_return; // somebody else's, or too late
        at->second->heard = std::move(heard);
        at->second->changed.notify();
    } else if (heard.kind == Kind::offline) {
        // A retained will is old news as soon as the terminal has spoken.
        if (!message.retained || !heard_at_)
            co_await session_.set_link(LinkState::down, "the terminal has left the broker");
        co_return;
    }
    if (message.retained) co_return;
    session_.heard();
    heard_at_ = session_.context.clock.now();
    session_.changed.notify();
    if (session_.status.link != LinkState::up) co_await session_.set_link(LinkState::up, "");
    if (heard.time && session_.measured(*heard.time, session_.context.clock.wall()))
        co_await session_.report_clock(false);
    if (heard.kind == Kind::record) co_await take_record(std::move(heard));
}

asio::awaitable<void> BusDriver::take_record(Heard heard)
{
    if (!heard.read.reading) {
        session_.count_unread(heard.read);
        co_return;
    }
    auto event = session_.live_event(*heard.read.reading);
    auto key = event.device_key;
    session_.attach(event, *heard.read.reading);
    const auto number = co_await session_.delivery.hand_over(std::move(event));
    session_.note_live(key);
    if (!heard.acknowledge) co_return;
    // Only what is on disk is acknowledged; until then the terminal repeats it.
    const bool taken = co_await session_.delivery.wait_taken(number);
    const auto bus = bus_;
    if (!taken || !bus) co_return;
    auto ack = std::move(*heard.acknowledge);
    (void)co_await bus->publish(std::move(ack.topic), std::move(ack.payload)); // lost: it is repeated
}

// ---- orders ----

std::string BusDriver::next_number()
{
    // Answers of all terminals may come on one topic.
    return fmt::format("{}-{}-{}", session_.config.id,
                       session_.context.clock.wall().time_since_epoch().count(), ++last_number_);
}

asio::awaitable<BusDriver::Reply> BusDriver::ask(Order order)
{
    Reply reply;
    reply.error = base::Errc::unreachable;
    const auto bus = bus_;
    if (!bus || waiting_.size() >= orders_max) co_return reply;
    auto& clock = session_.context.clock;
    const auto waiting = std::make_shared<Waiting>(session_.context.executor);
    struct Place {
        std::map<std::string, std::shared_ptr<Waiting>>& all;
        std::string number;
        ~Place() { all.erase(number); }
    };
    waiting_[order.number] = waiting;
    const Place place{waiting_, order.number};
    auto sending = bus->publish(std::move(order.topic), std::move(order.payload));
    const auto sent = co_await base::with_timeout(clock, session_.config.request_max, std::move(sending));
    const auto until = clock.now() + session_.config.request_max;
    // Also after a failed send: it may have gone out.
    while (sent && !waiting->heard && bus_ && clock.now() < until)
        co_await clock.wait(waiting->changed, until);
    reply.error = base::Errc::timed_out;
    if (waiting->heard) {
        reply.error = {};
        reply.heard = std::move(*waiting->heard);
    }
    co_return reply;
}

std::string BusDriver::why(const Reply& reply) const
{
    if (reply.error == base::Errc::timed_out) return "the terminal did not answer";
    if (reply.error) return "there is no connection to the broker: " + session_.status.why;
    return reply.heard.text;
}

asio::awaitable<model::Outcome> BusDriver::execute(model::Command command)
{
    using model::Action;
    if (command.action != Action::door_open && command.action != Action::barrier_open)
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "this device language has no such command");
    if (command.output != 1)
        co_return session_.outcome(Status::rejected, "no_such_output", "a terminal has one door: output 1");
    const auto begun = session_.context.clock.now();
    // A broker takes it for a terminal that is gone, too: nobody may open a gate when it comes back.
    if (session_.status.link != LinkState::up)
        co_return session_.outcome(Status::failed, "unreachable", "the terminal is not there: not sent");
    auto order = dialect_->open(next_number());
    const auto reply = co_await ask(std::move(order));
    if (reply.ok()) {
        if (session_.context.taken) session_.context.taken(command.id);
        co_return session_.outcome(Status::accepted, "", "accepted but not confirmed", begun);
    }
    if (reply.error == base::Errc::timed_out)
        co_return session_.outcome(Status::unknown, "no_answer",
                                   "the order was sent but no answer came; it is not repeated", begun);
    co_return session_.outcome(Status::failed, reply.error ? "unreachable" : "device_refused", why(reply),
                               begun);
}

// These speak through the broker, and fetch the face of a person who is being written.
asio::awaitable<device::PushReply> BusDriver::on_push(device::PushRequest request)
{
    device::PushReply reply;
    reply.status = 404;
    const bool wanted = face_ && !face_->token.empty() && request.method == "GET" &&
                        request.target == "/push/" + session_.config.id + '/' + face_->token + ".jpg";
    if (wanted) {
        reply.status = 200;
        reply.content_type = "image/jpeg";
        reply.body = face_->picture;
    }
    co_return reply;
}

asio::awaitable<std::vector<TestStep>> BusDriver::self_test()
{
    std::vector<TestStep> steps;
    const auto add = [&steps](std::string name, bool passed, std::string detail, std::string remedy) {
        TestStep step;
        step.name = std::move(name);
        step.passed = passed;
        step.detail = std::move(detail);
        if (!passed) step.remedy = std::move(remedy);
        steps.push_back(std::move(step));
    };
    add("broker", bus_ != nullptr, bus_ ? "connected" : session_.status.why,
        "check the broker's address, user name and password");
    if (!bus_) co_return steps;
    add("terminal on the broker", heard_at_.has_value(),
        heard_at_ ? "it has been heard" : "it has never been heard since we connected",
        "enter this broker on the terminal, and its own id here as serial");
    add("clock", session_.status.clock_trusted,
        session_.offset() ? fmt::format("{} ms away from ours", session_.offset()->count()) : "not measured",
        "enter a time server on the terminal");
    co_return steps;
}

std::vector<std::string> BusDriver::replay(std::string_view bytes)
{
    std::vector<std::string> lines;
    for (const auto& message : read_recording(bytes)) {
        auto way = message.way;
        // What the recording calls x is this terminal.
        auto fields = message.fields;
        for (const auto* name : {"info.facesluiceId", "sn", "body.sn", "client_id", "device_sn", "data.sn"})
            if (fields.has(name)) fields.add(name, session_.config.serial);
        if (const auto at = way.find("/x"); at != std::string::npos)
            way.replace(at + 1, 1, session_.config.serial);
        else if (const auto dot = way.find(".x"); dot != std::string::npos)
            way.replace(dot + 1, 1, session_.config.serial);
        const auto heard = dialect_->hear(way, fields);
        using Kind = Heard::Kind;
        switch (heard.kind) {
        case Kind::record: lines.push_back(line_of(heard.read, session_.context.utc_offset)); break;
        case Kind::online: lines.emplace_back("online"); break;
        case Kind::offline: lines.emplace_back("offline"); break;
        case Kind::heartbeat: lines.emplace_back("heartbeat"); break;
        case Kind::answer: lines.emplace_back(heard.done ? "answer: done" : "answer: " + heard.text); break;
        case Kind::nothing: lines.emplace_back("nothing of this terminal"); break;
        }
    }
    return lines;
}

asio::awaitable<base::Result<std::string>> BusDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.recorder, session_.context.clock, span);
}

// ---- persons ----

bool BusDriver::takes(ListEntry::Type type) const
{
    return type == ListEntry::Type::person;
}

HeldEntry BusDriver::as_held(const ListEntry& entry) const
{
    HeldEntry held;
    held.why_not = dialect_->unfit(entry);
    if (held.why_not.empty()) held.entry = dialect_->as_held(entry);
    return held;
}

// The sheet knows the words for it and not what is answered.
asio::awaitable<base::Result<std::vector<ListEntry>>> BusDriver::read(ListEntry::Type)
{
    co_return base::Errc::unsupported;
}

ListResult BusDriver::result_of(const Reply& reply) const
{
    ListResult result;
    result.done = reply.ok();
    if (result.done) return result;
    result.reason = why(reply);
    result.code = reply.heard.code;
    result.again = reply.error || result.code == "410";
    return result;
}

// One at a time: a second batch while one is being taken is refused (410).
asio::awaitable<std::vector<ListResult>> BusDriver::write(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        auto result = co_await write_one(std::move(entry));
        std::string text = result.done ? std::string("ok") : result.reason;
        co_await session_.audit("person", "one person", std::move(text));
        results.push_back(std::move(result));
    }
    co_return results;
}

// The terminal answers when it has fetched the face, or says why it could not.
asio::awaitable<ListResult> BusDriver::write_one(ListEntry entry)
{
    ListResult result;
    const auto held = as_held(entry);
    result.reason = held.why_not;
    if (!held.entry) co_return result;
    struct Gone {
        std::optional<Face>& face;
        ~Gone() { face.reset(); }
    };
    const Gone gone{face_};
    std::string url;
    const auto& context = session_.context;
    if (!entry.picture.empty()) {
        if (entry.picture.size() > bus_picture_max) result.reason = "the picture is larger than 1 MB";
        if (context.listener_host.empty() || context.listener_host == "0.0.0.0")
            result.reason =
                "our own address is not known, so the terminal cannot fetch the face: write it as "
                "listener.listen";
        if (!result.reason.empty()) co_return result;
        face_.emplace();
        face_->token = net::random_token(token_size);
        face_->picture = std::move(entry.picture);
        url = fmt::format("http://{}:{}/push/{}/{}.jpg", context.listener_host, context.listener_port,
                          session_.config.id, face_->token);
    }
    auto order = dialect_->put(*held.entry, next_number(), url);
    const auto reply = co_await ask(std::move(order));
    co_return result_of(reply);
}

asio::awaitable<std::vector<ListResult>> BusDriver::remove(std::vector<ListEntry> entries)
{
    std::vector<ListResult> results;
    for (auto& entry : entries) {
        ListResult result;
        result.reason = "the terminal keeps persons only";
        if (takes(entry.type) && !is_stranger(entry.value)) {
            auto order = dialect_->take_away(entry.value, next_number());
            const auto reply = co_await ask(std::move(order));
            result = result_of(reply);
        }
        std::string text = result.done ? std::string("ok") : result.reason;
        co_await session_.audit("person removed", "one person", std::move(text));
        results.push_back(std::move(result));
    }
    co_return results;
}

} // namespace gatehouse::facepush
