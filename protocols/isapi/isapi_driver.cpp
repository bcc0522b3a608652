#include "protocols/isapi/isapi_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "gateway/base/log.hpp"
#include "protocols/isapi/redactor.hpp"
#include "protocols/net/record_for.hpp"

#include <fmt/format.h>

namespace gatehouse::isapi {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using model::LinkState;
using model::Status;

namespace {

constexpr auto lock_poll_every = 60s;
constexpr auto failures_remembered = 30min; // by the device (sheet §2)

} // namespace

IsapiDriver::IsapiDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), clock_(session_),
      backfill_(session_,
                [this](std::string why) {
                    session_.spawn("link", session_.set_link(LinkState::silent, why));
                    if (stream_) stream_->give_up(std::move(why));
                }),
      pushes_(session_), listening_(session_), capabilities_(session_), commands_(session_, capabilities_),
      lists_(session_), state_(session_, commands_), boots_(session_)
{
}

asio::awaitable<void> IsapiDriver::run()
{
    session_.start();
    pushes_.restore();
    co_await session_.run_until_stopped(reconnect_for_ever());
}

asio::awaitable<void> IsapiDriver::reconnect_for_ever()
{
    base::Backoff backoff(1s, 30s);
    auto& reconnects =
        session_.counter("gatehouse_isapi_reconnects_total", "Conversations with a device that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        live_ = false;
        const auto why = co_await converse();
        backfill_.not_live();
        reconnects.add();
        // A link given up as silent stays silent while the device is there: only events do not prove
        // themselves.
        if (session_.context.clock.now() - begun > 60s) backoff.reset();
        const auto now = session_.context.clock.now();
        const auto soon = now + backoff.next(session_.context.random);
        auto told = why;
        if (logins_.next() > soon)
            told += fmt::format("; the next log-in waits {} s, so that the device's sessions are not used up",
                                std::chrono::ceil<std::chrono::seconds>(logins_.next() - now).count());
        if (!live_ || session_.status.link != LinkState::silent)
            co_await session_.set_link(LinkState::down, std::move(told));
        co_await state_.forget();
        co_await session_.context.clock.sleep_until(std::max(soon, logins_.next()));
    }
}

asio::awaitable<std::string> IsapiDriver::converse()
{
    if (!session_.http.proven()) {
        auto locked = co_await poll_lock();
        if (!locked.empty()) co_return locked;
    }
    auto refused = co_await identify();
    if (!refused.empty()) {
        boots_.missed();
        co_return refused;
    }
    logins_.spend(session_.context.clock.now());
    co_await clock_.measure();
    if (session_.config.arm_listening) co_await keep_armed();
    if (!session_.config.pull) co_return co_await watch_without_stream();

    AlertStream stream(session_);
    const auto opened = co_await stream.open();
    if (!opened) {
        session_.fact("event stream", stream.refusal());
        if (opened.error() == base::Errc::overloaded) logins_.rest(session_.context.clock.now());
        if (opened.error() == base::Errc::unsupported && session_.config.accept)
            co_return co_await watch_without_stream();
        co_return stream.refusal();
    }
    session_.fact("event stream", "open");
    co_return co_await listen_to_stream(stream);
}

asio::awaitable<std::string> IsapiDriver::listen_to_stream(AlertStream& stream)
{
    struct Reading {
        AlertStream*& slot;
        ~Reading() { slot = nullptr; }
    };
    stream_ = &stream;
    Reading reading{stream_};
    co_await go_live();
    auto ended = co_await (stream.read() || keep_house());
    co_return ended.index() == 0 ? std::get<0>(std::move(ended)) : std::string("the conversation ended");
}

// The device only posts: a cheap question shows that it is there, the record log shows that its posts arrive.
asio::awaitable<std::string> IsapiDriver::watch_without_stream()
{
    co_await go_live();
    auto ended = co_await (answers_for_ever() || keep_house());
    co_return ended.index() == 0 ? std::get<0>(std::move(ended)) : std::string("the conversation ended");
}

asio::awaitable<std::string> IsapiDriver::answers_for_ever()
{
    for (;;) {
        co_await session_.context.clock.sleep_for(session_.config.silence_max / 2);
        const auto answer = co_await session_.get("/ISAPI/System/deviceInfo");
        if (answer.error) co_return answer.why();
        if (session_.config.arm_listening) co_await keep_armed();
    }
}

// A restarted device forgets where to post, or only seems to know it (pains 10).
asio::awaitable<void> IsapiDriver::keep_armed()
{
    const bool restarted = co_await boots_.restarted();
    const auto armed = co_await listening_.arm(restarted);
    if (!armed.ok()) session_.tell_once("listening", "device was not told to post to us", armed.why());
}

// What goes on beside the events while the device is there.
asio::awaitable<void> IsapiDriver::keep_house()
{
    if (session_.config.backfill && session_.config.has_record_log())
        co_await (backfill_.run() && clock_.run() && state_.run() && capabilities_.learn());
    else
        co_await (clock_.run() && state_.run() && capabilities_.learn());
}

asio::awaitable<void> IsapiDriver::go_live()
{
    live_ = true;
    backfill_.live_from_now();
    // Silent until a live event proves the way (pains 5).
    const bool silent = session_.status.link == LinkState::silent;
    co_await session_.set_link(silent ? LinkState::silent : LinkState::up, session_.status.why);
}

asio::awaitable<std::string> IsapiDriver::identify()
{
    const auto answer = co_await session_.get("/ISAPI/System/deviceInfo");
    if (answer.error) co_return answer.why();
    if (answer.judgement.verdict == Verdict::sessions_full) {
        logins_.rest(session_.context.clock.now());
        co_return answer.why();
    }
    const auto info =
        answer.ok() ? parse_device_info(answer.body) : base::Result<DeviceInfo>(base::Errc::unsupported);
    // A model that hides its identity may still send events.
    if (info) co_await adopt(*info);
    co_return std::string();
}

asio::awaitable<void> IsapiDriver::adopt(DeviceInfo info)
{
    session_.info = info;
    session_.status.model = info.model;
    session_.status.serial = info.serial;
    session_.status.firmware = info.firmware;
    session_.fact("type", info.type);
    if (info.serial.empty()) co_return;
    auto& memory = session_.context.memory;
    const auto before = memory.find("device/serial");
    if (before == info.serial) co_return;
    if (before) {
        session_.records.begin_epoch();
        LogPosition nothing;
        const auto cleared = co_await session_.records.move_to(nothing);
        if (!cleared)
            session_.tell_once("position", "backfill position not saved", cleared.error().message());
        std::string why = "another device answers at this address: serial number " + info.serial;
        co_await session_.new_epoch(std::move(why));
    }
    const auto saved = co_await memory.put("device/serial", info.serial);
    if (!saved) session_.tell_once("serial", "serial number not saved", saved.error().message());
}

// Before a password that is not proven: asks whether we are locked out, without credentials, and stays silent
// for as long as the device says.
asio::awaitable<std::string> IsapiDriver::poll_lock()
{
    net::HttpRequest request;
    request.target = "/ISAPI/Security/userCheck";
    request.lock_status_poll = true;
    const auto response = co_await session_.http.request(std::move(request));
    const auto check =
        response ? parse_user_check(response->body) : base::Result<UserCheck>(response.error());
    const bool locked = check && check->locked;
    auto& http = session_.http;
    const auto now = session_.context.clock.now();
    if (locked) http.hold_until(now + std::max<std::chrono::seconds>(check->unlock_in, lock_poll_every));
    // The one try that is left stays untouched until the device has forgotten the others.
    if (check && check->tries_left.value_or(2) <= 1 && http.rejected())
        http.hold_until(http.refused_at() + failures_remembered);
    if (!http.rejected() || http.retry_at() <= now) co_return std::string();
    const auto wait = std::chrono::ceil<std::chrono::seconds>(http.retry_at() - now);
    auto why =
        locked
            ? fmt::format("the device has locked us out for {} s after refused passwords", wait.count())
            : fmt::format("the device refuses the user name or password; one more try in {} s", wait.count());
    co_await session_.set_link(LinkState::down, why);
    // In steps, so that status keeps saying what the device says.
    co_await session_.context.clock.sleep_for(std::min<std::chrono::seconds>(wait, lock_poll_every));
    co_return why;
}

asio::awaitable<model::Outcome> IsapiDriver::execute(model::Command command)
{
    using model::Action;
    switch (command.action) {
    case Action::barrier_open:
        co_return co_await commands_.barrier(std::move(command.id), command.output, true);
    case Action::barrier_close:
        co_return co_await commands_.barrier(std::move(command.id), command.output, false);
    case Action::door_open: {
        std::string word = command.args["mode"] == "hold" ? "alwaysOpen" : "open";
        co_return co_await commands_.door(std::move(command.id), command.output, std::move(word));
    }
    case Action::door_close: {
        std::string word = "close";
        co_return co_await commands_.door(std::move(command.id), command.output, std::move(word));
    }
    case Action::device_sync: co_return co_await synchronise();
    case Action::snapshot: co_return co_await commands_.snapshot(std::move(command));
    case Action::arm: {
        if (command.args["listening"] == "undo") co_return co_await undo_listening();
        const auto answer = co_await listening_.arm();
        if (!answer.ok()) co_return commands_.outcome(Status::failed, "device_refused", answer.why());
        co_return commands_.outcome(Status::confirmed, "", "the device posts to us");
    }
    case Action::disarm: co_return co_await undo_listening();
    default:
        co_return commands_.outcome(Status::rejected, "unsupported",
                                    "this device language has no such command");
    }
}

asio::awaitable<model::Outcome> IsapiDriver::undo_listening()
{
    const auto answer = co_await listening_.disarm();
    if (!answer.ok()) co_return commands_.outcome(Status::failed, "device_refused", answer.why());
    co_return commands_.outcome(Status::confirmed, "", "listening undone");
}

asio::awaitable<model::Outcome> IsapiDriver::synchronise()
{
    const auto begun = session_.context.clock.now();
    const auto clock = co_await clock_.correct();
    Answer records;
    const bool has_log = session_.config.backfill && session_.config.has_record_log();
    if (has_log && session_.status.link != LinkState::unknown) records = co_await backfill_.catch_up();
    const bool records_ok = !has_log || records.ok();
    if (clock.ok() && records_ok)
        co_return commands_.outcome(Status::confirmed, "", "clock set and record log read", begun);
    const auto why =
        clock.ok() ? "clock set, but the record log: " + records.why() : "clock not set: " + clock.why();
    co_return commands_.outcome(Status::failed, "device_refused", why, begun);
}

asio::awaitable<device::PushReply> IsapiDriver::on_push(device::PushRequest request)
{
    return pushes_.take(std::move(request));
}

device::DeviceStatus IsapiDriver::status() const
{
    auto status = session_.status;
    status.facts["record epoch"] = std::to_string(session_.records.epoch());
    if (session_.clock.stamp_error() != 0min)
        status.facts["stamp error"] = fmt::format("{} min", session_.clock.stamp_error().count());
    return status;
}

asio::awaitable<base::Result<std::string>> IsapiDriver::capture(std::chrono::seconds span)
{
    auto recorded = co_await net::record_for(session_.recorder, session_.context.clock, span);
    if (!recorded) co_return recorded;
    Redactor redactor;
    co_return redactor.redact(std::move(*recorded));
}

std::vector<std::string> IsapiDriver::replay(std::string_view bytes)
{
    return explain_bytes(bytes, session_.context.utc_offset);
}

device::ListPort* IsapiDriver::lists()
{
    return session_.config.has_barrier() || session_.config.has_doors() ? &lists_ : nullptr;
}

} // namespace gatehouse::isapi
