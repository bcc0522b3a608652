#include "protocols/vzenith/vzenith_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "gateway/base/timeout.hpp"
#include "protocols/net/record_for.hpp"
#include "protocols/vzenith/driver.hpp"

#include <fmt/format.h>

namespace gatehouse::vzenith {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using model::LinkState;
using model::Status;

namespace {

constexpr auto well_after = 60s;
constexpr auto judge_every = 5s;
constexpr std::size_t waiting_max = 256;

} // namespace

VzenithDriver::VzenithDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), desk_(session_), records_(session_),
      commands_(session_, desk_), list_(session_), came_(session_.context.executor)
{
    session_.status.model = "VZ plate camera";
    session_.line.on_event = [this](Received received) { return take(std::move(received)); };
    session_.line.on_heard = [this] { session_.heard(); };
    session_.line.on_frame = [this](const Frame& frame) {
        session_.recorder.take(split_body(frame.body).text);
    };
}

asio::awaitable<void> VzenithDriver::run()
{
    session_.start();
    session_.spawn("live results", bring());
    auto conversation = session_.config.connect ? reconnect_for_ever() : watch_pushes_for_ever();
    net::SessionBase::Leave last = [this] { return leave(); };
    co_await session_.run_until_stopped(std::move(conversation), std::move(last));
}

asio::awaitable<void> VzenithDriver::leave()
{
    co_await session_.stop();
    session_.line.drop();
}

bool VzenithDriver::pushes_alive() const
{
    return session_.config.accept && session_.pushed_at &&
           session_.context.clock.now() - *session_.pushed_at <= session_.config.silence_max;
}

// While reports come, a camera whose TCP port cannot be reached is no dead camera.
asio::awaitable<void> VzenithDriver::reconnect_for_ever()
{
    base::Backoff backoff(1s, 30s);
    auto& ended =
        session_.counter("gatehouse_vzenith_reconnects_total", "Conversations with a camera that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        auto why = co_await converse();
        session_.line.drop();
        session_.clock.forget();
        ended.add();
        session_.fact("TCP 8131", "no connection: " + why);
        if (pushes_alive()) {
            session_.tell_once("line", "a camera reports but takes no connection", why);
            co_await session_.set_link(LinkState::up, "");
        } else {
            co_await session_.set_link(LinkState::down, std::move(why));
        }
        if (session_.context.clock.now() - begun > well_after) backoff.reset();
        co_await session_.context.clock.sleep_for(backoff.next(session_.context.random));
    }
}

asio::awaitable<void> VzenithDriver::watch_pushes_for_ever()
{
    auto& clock = session_.context.clock;
    const auto silence = session_.config.push_silence;
    const auto begun = clock.now();
    for (;;) {
        const auto last = session_.pushed_at.value_or(begun);
        if (clock.now() - last < silence) {
            if (session_.pushed_at) co_await session_.set_link(LinkState::up, "");
            co_await clock.wait(session_.pushed, last + silence);
            continue;
        }
        auto why =
            fmt::format("the camera has sent nothing for {} s; check the server address that is set on it",
                        silence.count() / 1000);
        co_await session_.set_link(LinkState::down, std::move(why));
        if (session_.pushed_at.value_or(begun) == last) co_await session_.pushed.wait();
    }
}

asio::awaitable<std::string> VzenithDriver::converse()
{
    base::Target target = session_.config.target;
    const auto name = fmt::format("{}:{}", target.host, target.port);
    auto stream = co_await base::with_timeout(session_.context.clock, session_.config.connect_max,
                                              session_.context.connector.connect(std::move(target)));
    if (!stream) co_return "cannot connect to " + name + ": " + stream.error().message();
    session_.line.open(std::move(*stream));
    auto ended = co_await (session_.line.run() || talk());
    co_return ended.index() == 0 ? std::get<0>(std::move(ended)) : std::get<1>(std::move(ended));
}

asio::awaitable<std::string> VzenithDriver::talk()
{
    auto why = co_await identify();
    if (!why.empty()) co_return why;
    why = co_await measure_clock();
    if (!why.empty()) session_.tell_once("clock", "a camera's clock cannot be read", why);
    why = co_await subscribe();
    if (!why.empty()) co_return why;
    session_.fact("TCP 8131", "connected");
    records_.begin();
    co_await session_.set_link(LinkState::up, "");
    co_await keep_house();
    co_return std::string("the conversation ended");
}

asio::awaitable<std::string> VzenithDriver::identify()
{
    json::object question;
    question["cmd"] = "getsn";
    const auto answer = co_await session_.line.ask(std::move(question));
    if (!answer) co_return "the camera does not say who it is: " + answer.error().message();
    const auto serial = text_member(*answer->body, "value");
    if (serial.empty() || serial == "unknown") co_return std::string();
    session_.status.serial = serial;
    if (!session_.config.serial.empty() && serial != session_.config.serial)
        co_return "another camera answers at this address: serial number " + serial;
    co_return std::string();
}

// What this connection is to carry.
asio::awaitable<std::string> VzenithDriver::subscribe()
{
    if (!session_.config.accept) {
        json::object question;
        question["cmd"] = "ivsresult";
        question["enable"] = true;
        question["format"] = "json";
        question["image"] = session_.config.pictures;
        question["image_type"] = 2;
        const auto answer = co_await session_.line.ask(std::move(question));
        if (!answer) co_return "the camera does not say whether it will report: " + answer.error().message();
        const auto code = number_member(*answer->body, "state_code").value_or(200);
        if (code != 200) co_return sentence_of(code);
    }
    if (session_.config.offline_check == 0ms) co_return std::string();
    json::object question;
    question["cmd"] = "reg_offline_check";
    question["interval"] = std::chrono::ceil<std::chrono::seconds>(session_.config.offline_check).count();
    const auto answer = co_await session_.line.ask(std::move(question), "offline");
    if (!answer || text_member(*answer->body, "response") != "ok")
        session_.tell_once("offline", "a camera does not watch whether we are there", "it did not answer ok");
    co_return std::string();
}

// What goes on beside while the camera is there.
asio::awaitable<void> VzenithDriver::keep_house()
{
    if (session_.config.backfill)
        co_await (records_.run() && keep_clock() && judge() && stay_online());
    else
        co_await (keep_clock() && judge() && stay_online());
}

// The second watchdog: the camera's records against what came live, and whether it still reports at all.
asio::awaitable<void> VzenithDriver::judge()
{
    const auto begun = session_.context.clock.now();
    const auto silence = session_.config.push_silence;
    for (;;) {
        const auto heard = std::max(session_.pushed_at.value_or(begun), begun);
        std::string why;
        if (session_.config.accept && session_.context.clock.now() - heard > silence)
            why = fmt::format(
                "the camera answers but has reported nothing for {} s; check the server address that "
                "is set on it",
                silence.count() / 1000);
        if (records_.unproven())
            why = "vehicles are found in the camera's records but were not reported; check the server "
                  "address that "
                  "is set on it";
        const auto state = why.empty() ? LinkState::up : LinkState::silent;
        co_await session_.set_link(state, std::move(why));
        co_await session_.context.clock.wait(session_.pushed, session_.context.clock.now() + judge_every);
    }
}

asio::awaitable<void> VzenithDriver::stay_online()
{
    if (session_.config.offline_check == 0ms) co_return;
    json::object word;
    word["cmd"] = "response_online";
    for (;;) {
        (void)session_.line.tell(word);
        co_await session_.context.clock.sleep_for(session_.config.offline_check / 2);
    }
}

// What came over TCP and answers nobody.
asio::awaitable<void> VzenithDriver::take(Received received)
{
    if (received.cmd == "ioctl" || received.cmd == "ioctl_resp") {
        session_.ioctl_code = number_member(*received.body, "state_code").value_or(200);
        co_return;
    }
    const auto report =
        received.cmd == "ivs_result" ? read_result(*received.body, received.pictures) : std::nullopt;
    if (!report) {
        session_.refuse(refusal_of(Unwanted()));
        co_return;
    }
    auto mapped = map(*report, session_.context.utc_offset);
    if (mapped.refused()) {
        session_.refuse(mapped);
        co_return;
    }
    if (mapped.event.device_record.empty())
        if (const auto id = number_member(*received.body, "id"); id && *id > 0)
            mapped.event.device_record = std::to_string(*id);
    session_.stamp(mapped.event);
    session_.announce(mapped.event);
    if (waiting_.size() >= waiting_max) { // it is in the camera's records too
        session_.counter("gatehouse_vzenith_results_dropped_total", "Live results that found no room").add();
        co_return;
    }
    waiting_.push_back(std::move(mapped.event));
    came_.notify();
}

asio::awaitable<void> VzenithDriver::bring()
{
    for (;;) {
        while (waiting_.empty())
            co_await came_.wait();
        model::Event event = std::move(waiting_.front());
        waiting_.pop_front();
        co_await session_.delivery.hand_over(std::move(event));
    }
}

// ---- clock ----

asio::awaitable<std::string> VzenithDriver::measure_clock()
{
    json::object question;
    question["cmd"] = "get_device_timestamp";
    const auto sent = session_.context.clock.wall();
    const auto answer = co_await session_.line.ask(std::move(question));
    if (!answer) co_return answer.error().message();
    const auto shown = number_member(*answer->body, "timestamp");
    if (!shown || *shown < 0 || *shown > 253'402'300'799)
        co_return "the answer holds no time: " +
            sentence_of(number_member(*answer->body, "state_code").value_or(404));
    const base::WallTime time{std::chrono::seconds(*shown)};
    const bool changed = session_.clock.measured(time, sent, session_.context.clock.wall());
    session_.status.clock_offset_ms = session_.clock.offset_ms();
    session_.status.clock_trusted = session_.clock.trusted();
    if (changed) co_await report_clock(false);
    co_return std::string();
}

asio::awaitable<std::string> VzenithDriver::correct_clock()
{
    auto why = co_await measure_clock();
    if (!why.empty()) co_return why;
    const auto& synced = session_.context.clock_synced;
    if (synced && !synced())
        co_return "our own clock is not kept by a time service, so it may be the wrong one";
    const auto offset = session_.clock.offset_ms().value_or(0);
    json::object question;
    question["cmd"] = "set_time";
    question["timestring"] = local_text(session_.context.clock.wall(), session_.context.utc_offset);
    const auto answer = co_await session_.line.ask(std::move(question));
    why = answer ? sentence_of(number_member(*answer->body, "state_code").value_or(200))
                 : answer.error().message();
    auto detail = fmt::format("was {} ms from ours, set to local time", offset);
    std::string result = why.empty() ? "ok" : why;
    co_await session_.audit("clock", std::move(detail), std::move(result));
    if (!why.empty()) co_return why;
    why = co_await measure_clock();
    if (!why.empty()) co_return why;
    co_await report_clock(session_.clock.trusted());
    co_return session_.clock.trusted()
        ? std::string()
        : "the camera took the time but its clock is still wrong; compare its time zone";
}

asio::awaitable<void> VzenithDriver::keep_clock()
{
    for (;;) {
        if (session_.config.correct_clock && !session_.clock.trusted()) {
            const auto why = co_await correct_clock();
            if (!why.empty()) session_.tell_once("clock", "a camera's clock not corrected", why);
        }
        co_await session_.context.clock.sleep_for(session_.config.clock_every);
        (void)co_await measure_clock(); // not answered: the old offset stays
    }
}

asio::awaitable<void> VzenithDriver::report_clock(bool corrected)
{
    model::DeviceClock body;
    body.offset_ms = session_.clock.offset_ms().value_or(0);
    body.trusted = session_.clock.trusted();
    body.corrected = corrected;
    co_await session_.report(std::move(body));
}

// ---- the port ----

asio::awaitable<model::Outcome> VzenithDriver::execute(model::Command command)
{
    using model::Action;
    switch (command.action) {
    case Action::barrier_open: co_return co_await commands_.open(std::move(command));
    case Action::barrier_close: co_return co_await commands_.close(std::move(command));
    case Action::snapshot: co_return co_await commands_.snapshot();
    case Action::device_sync:
        if (Commands::has_words(command)) co_return co_await commands_.show(std::move(command));
        co_return co_await synchronise();
    default:
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "this device language has no such command");
    }
}

asio::awaitable<model::Outcome> VzenithDriver::synchronise()
{
    const auto begun = session_.context.clock.now();
    if (!session_.line.connected())
        co_return session_.outcome(Status::failed, "unreachable", "not sent: no connection to TCP 8131");
    auto why = co_await records_.catch_up(true);
    if (!why.empty())
        co_return session_.outcome(Status::failed, "device_refused", "records not read: " + why, begun);
    why = co_await correct_clock();
    if (!why.empty())
        co_return session_.outcome(Status::failed, "device_refused", "clock not set: " + why, begun);
    co_return session_.outcome(Status::confirmed, "", "records read and clock set", begun);
}

asio::awaitable<device::PushReply> VzenithDriver::on_push(device::PushRequest request)
{
    auto reply = co_await desk_.take(std::move(request));
    // Not waited for: a journal that stands still must not keep the camera waiting.
    if (reply.status == 200 && pushes_alive() && !session_.line.connected() &&
        session_.status.link == LinkState::down)
        session_.spawn("link", session_.set_link(LinkState::up, ""));
    co_return reply;
}

std::vector<std::string> VzenithDriver::replay(std::string_view bytes)
{
    return explain_bytes(bytes, session_.context.utc_offset);
}

asio::awaitable<base::Result<std::string>> VzenithDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.recorder, session_.context.clock, span);
}

// ---- the row of the registry ----

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table);
    return std::make_unique<VzenithDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table); // only its issues are wanted
}

} // namespace gatehouse::vzenith
