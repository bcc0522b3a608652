#include "protocols/facepush/uface_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "protocols/facepush/explain.hpp"
#include "protocols/net/record_for.hpp"

#include <fmt/format.h>

namespace gatehouse::facepush {

using namespace std::chrono_literals;
using device::TestStep;
using model::LinkState;
using model::Status;

UfaceDriver::UfaceDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), terminal_(session_), pushes_(session_, terminal_),
      log_(session_, terminal_), orders_(session_, terminal_), people_(session_, terminal_)
{
    session_.fact("family", "Uface");
    session_.fact("way", session_.config.reverse ? "the terminal fetches its orders" : "direct");
}

asio::awaitable<void> UfaceDriver::run()
{
    session_.start();
    co_await session_.run_until_stopped(reconnect_for_ever());
}

asio::awaitable<void> UfaceDriver::reconnect_for_ever()
{
    base::Backoff backoff(1s, 30s);
    auto& ended =
        session_.counter("gatehouse_facepush_reconnects_total", "Conversations with a terminal that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        auto why = session_.config.reverse ? wait_for_calls() : converse();
        auto reason = co_await std::move(why);
        ended.add();
        if (session_.context.clock.now() - begun > 60s) backoff.reset();
        co_await session_.set_link(LinkState::down, std::move(reason));
        if (!session_.config.reverse)
            co_await session_.context.clock.sleep_for(backoff.next(session_.context.random));
    }
}

// ---- direct ----

asio::awaitable<std::string> UfaceDriver::converse()
{
    auto why = co_await identify();
    if (!why.empty()) co_return why;
    if (session_.config.arm_listening) {
        const auto unarmed = co_await orders_.arm();
        if (!unarmed.empty()) session_.tell_once("listening", "terminal was not told to call us", unarmed);
    }
    live_since_ = session_.context.clock.now();
    log_.live_from_now();
    log_read_at_.reset();
    // Silent until something proves the live way again.
    const bool silent = session_.status.link == LinkState::silent;
    auto told = silent ? session_.status.why : std::string();
    co_await session_.set_link(silent ? LinkState::silent : LinkState::up, std::move(told));
    co_return co_await watch();
}

asio::awaitable<std::string> UfaceDriver::watch()
{
    for (;;) {
        if (orders_.clock_due()) {
            const auto why = co_await orders_.set_clock();
            if (!why.empty()) session_.tell_once("clock", "terminal's clock not set", why);
        }
        co_await read_log();
        co_await judge();
        const auto until = session_.context.clock.now() + session_.config.poll_every;
        // A push may end a silence.
        while (session_.context.clock.now() < until) {
            co_await session_.context.clock.wait(session_.changed, until);
            co_await judge();
        }
        auto why = co_await identify();
        if (!why.empty()) co_return why;
    }
}

asio::awaitable<std::string> UfaceDriver::identify()
{
    Call call;
    call.path = "/device/information";
    auto answer = co_await terminal_.ask(std::move(call));
    if (!answer.ok()) co_return answer.why();
    const auto now = session_.context.clock.wall();
    auto about = answer.said.fields.below("data");
    std::string key(about.text("deviceKey"));
    if (key.empty()) {
        Call question;
        question.path = "/getDeviceKey";
        const auto named = co_await terminal_.ask(std::move(question));
        if (named.ok())
            key = named.said.fields.any({"data", "data.deviceKey"});
        else if (named.error)
            co_return named.why();
    }
    const auto& expected = session_.config.serial;
    if (!expected.empty() && !key.empty() && key != expected)
        co_return std::string("another terminal answers at this address: its deviceKey is not the configured "
                              "serial");
    if (!key.empty()) session_.status.serial = key;
    if (const auto version = about.any({"version", "versionName"}); !version.empty())
        session_.status.firmware = version;
    if (const auto model = about.any({"model", "deviceModel"}); !model.empty()) session_.status.model = model;
    for (const auto* name : {"personCount", "faceCount"})
        if (const auto count = about.text(name); !count.empty()) session_.fact(name, std::string(count));
    const auto shown = time_of(about.text("time"), session_.context.utc_offset);
    if (shown && session_.measured(*shown, now)) co_await session_.report_clock(false);
    co_return std::string();
}

asio::awaitable<void> UfaceDriver::read_log()
{
    if (!session_.config.backfill) co_return;
    const auto now = session_.context.clock.now();
    if (log_read_at_ && now - *log_read_at_ < session_.config.backfill_every) co_return;
    log_read_at_ = now;
    const auto why = co_await log_.catch_up();
    if (!why.empty()) session_.tell_once("log", "terminal's record log not read", why);
}

// The second watchdog: heartbeats and the log against what comes live.
asio::awaitable<void> UfaceDriver::judge()
{
    const auto now = session_.context.clock.now();
    const auto since = std::max(live_since_, pushes_.last_push.value_or(base::MonoTime{}));
    const bool expected = session_.config.arm_listening || pushes_.last_heartbeat;
    std::string why;
    if (expected && now - since > silence_max())
        why = "the terminal answers but does not call us any more: check the addresses entered on it";
    if (log_.live_way_fails() && pushes_.last_record && *pushes_.last_record > *log_read_at_) log_.proven();
    if (log_.live_way_fails())
        why = "records are found in the terminal's log but are not pushed to us: check its callback address";
    const auto state = why.empty() ? LinkState::up : LinkState::silent;
    // What was silent before is up only when something came.
    const bool came = pushes_.last_push && *pushes_.last_push >= live_since_;
    if (state == LinkState::up && session_.status.link == LinkState::silent && !came) co_return;
    co_await session_.set_link(state, std::move(why));
}

// ---- reverse ----

asio::awaitable<std::string> UfaceDriver::wait_for_calls()
{
    while (!pushes_.last_push || session_.context.clock.now() - *pushes_.last_push > silence_max())
        co_await session_.changed.wait();
    co_await session_.set_link(LinkState::up, "");
    for (;;) {
        const auto until = *pushes_.last_push + silence_max();
        if (session_.context.clock.now() > until) break;
        if (orders_.clock_due()) {
            const auto why = co_await orders_.set_clock();
            if (!why.empty()) session_.tell_once("clock", "terminal's clock not set", why);
        }
        co_await session_.context.clock.wait(session_.changed, until + 1ms);
    }
    co_return std::string("the terminal has not called for three heartbeats");
}

// ---- the port ----

asio::awaitable<model::Outcome> UfaceDriver::execute(model::Command command)
{
    using model::Action;
    switch (command.action) {
    case Action::door_open:
    case Action::barrier_open: // a terminal that works a barrier has it on its door relay
        co_return co_await orders_.open(std::move(command.id), command.output);
    case Action::device_sync: co_return co_await synchronise();
    case Action::arm: co_return co_await listening(command.args["listening"] == "undo");
    case Action::disarm: co_return co_await listening(true);
    default:
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "this device language has no such command");
    }
}

asio::awaitable<model::Outcome> UfaceDriver::listening(bool away)
{
    auto work = away ? orders_.disarm() : orders_.arm();
    auto why = co_await std::move(work);
    if (!why.empty()) co_return session_.outcome(Status::failed, "device_refused", why);
    co_return session_.outcome(Status::accepted, "",
                               away ? "the terminal calls us no more" : "the terminal was told to call us");
}

asio::awaitable<model::Outcome> UfaceDriver::synchronise()
{
    const auto begun = session_.context.clock.now();
    std::string why;
    if (session_.config.backfill && !session_.config.reverse) why = co_await log_.catch_up();
    if (!why.empty()) co_return session_.outcome(Status::failed, "device_refused", why, begun);
    why = co_await orders_.set_clock();
    if (!why.empty())
        co_return session_.outcome(Status::failed, "device_refused", "clock not set: " + why, begun);
    co_return session_.outcome(Status::confirmed, "", "record log read and clock set", begun);
}

asio::awaitable<device::PushReply> UfaceDriver::on_push(device::PushRequest request)
{
    device::PushReply reply;
    reply.status = 503;
    if (!session_.running()) co_return reply;
    reply = co_await pushes_.take(std::move(request));
    co_return reply;
}

asio::awaitable<std::vector<TestStep>> UfaceDriver::self_test()
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
    if (!session_.config.reverse) {
        const auto why = co_await identify();
        add("terminal answers", why.empty(), why.empty() ? "serial " + session_.status.serial : why,
            "check power, cable, address, port 8090 and the password that was set with /setPassWord");
        if (!why.empty()) co_return steps;
    }
    const bool called = pushes_.last_push.has_value();
    add("terminal calls us", called, called ? "it has called" : "it has never called since we run",
        session_.config.reverse ? "enter our addresses as heartbeat and task address on the terminal"
                                : "set listening = \"arm\", or enter our addresses on the terminal");
    add("heartbeats", pushes_.last_heartbeat.has_value(),
        pushes_.last_heartbeat ? "it sends heartbeats" : "none has come",
        "enter the heartbeat address on the terminal and heartbeat_every here");
    add("clock", session_.status.clock_trusted,
        session_.offset() ? fmt::format("{} ms away from ours", session_.offset()->count()) : "not measured",
        "set clock = \"correct\", or a time server on the terminal");
    add("live way", !log_.live_way_fails(),
        log_.live_way_fails() ? "records in its log were not pushed" : "nothing is missing",
        "check the callback address on the terminal and that no firewall is between");
    co_return steps;
}

std::vector<std::string> UfaceDriver::replay(std::string_view bytes)
{
    return explain_uface(bytes, session_.context.utc_offset);
}

asio::awaitable<base::Result<std::string>> UfaceDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.recorder, session_.context.clock, span);
}

} // namespace gatehouse::facepush
