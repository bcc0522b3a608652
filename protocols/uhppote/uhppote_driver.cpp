#include "protocols/uhppote/uhppote_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "protocols/net/record_for.hpp"
#include "protocols/uhppote/explain.hpp"

#include <fmt/format.h>

namespace gatehouse::uhppote {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using model::LinkState;
using model::Status;

UhppoteDriver::UhppoteDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), clock_(session_), events_(session_), doors_(session_),
      pushes_(session_, [this](Packet packet) { return take_push(packet); }), listening_(session_),
      commands_(session_, doors_), cards_(session_), list_(session_, cards_)
{
}

asio::awaitable<void> UhppoteDriver::run()
{
    session_.start();
    session_.spawn("event position", events_.keep_position());
    co_await session_.run_until_stopped(reconnect_for_ever());
}

asio::awaitable<void> UhppoteDriver::reconnect_for_ever()
{
    base::Backoff backoff(1s, 30s);
    auto& ended =
        session_.counter("gatehouse_uhppote_reconnects_total", "Conversations with a board that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        auto why = co_await converse();
        ended.add();
        if (session_.context.clock.now() - begun > 60s) backoff.reset();
        co_await session_.set_link(LinkState::down, std::move(why));
        co_await doors_.forget();
        co_await session_.context.clock.sleep_for(backoff.next(session_.context.random));
    }
}

asio::awaitable<std::string> UhppoteDriver::converse()
{
    auto why = co_await identify();
    if (why.empty()) why = co_await look();
    if (!why.empty()) co_return why;
    co_await set_up();
    const bool silent = session_.status.link == LinkState::silent;
    why = silent ? session_.status.why : std::string();
    co_await session_.set_link(silent ? LinkState::silent : LinkState::up, std::move(why));
    auto ended = co_await (watch() || events_.run() || keep_house());
    if (ended.index() == 0) co_return std::get<0>(std::move(ended));
    if (ended.index() == 1) co_return std::get<1>(std::move(ended));
    co_return std::string("the conversation ended");
}

// What goes on beside while the board is there.
asio::awaitable<void> UhppoteDriver::keep_house()
{
    if (session_.config.listen_port != 0)
        co_await (doors_.run() && keep_clock() && pushes_.run());
    else
        co_await (doors_.run() && keep_clock());
}

asio::awaitable<std::string> UhppoteDriver::identify()
{
    const Packet question(Code::get_device, session_.config.serial);
    const auto reply = co_await session_.board.ask(question);
    if (!reply.ok()) co_return reply.why();
    const auto board = read_board(reply.packet);
    auto serial = std::to_string(board.serial);
    session_.status.model = "UT0311-L0x";
    session_.status.serial = serial;
    session_.status.firmware = board.firmware;
    session_.fact("mac", board.mac);
    auto& memory = session_.context.memory;
    const auto before = memory.find("device/serial");
    if (before == serial) co_return std::string();
    if (before) co_await events_.other_board("another board is configured: serial number " + serial);
    const auto saved = co_await memory.put("device/serial", std::move(serial));
    if (!saved) session_.tell_once("serial", "serial number not saved", saved.error().message());
    co_return std::string();
}

// What the configuration wants of the board. A refusal is told and does not end the conversation.
asio::awaitable<void> UhppoteDriver::set_up()
{
    if (session_.config.record_special_events) {
        const auto why = co_await listening_.record_special_events();
        if (!why.empty()) session_.tell_once("special events", "board does not record all its events", why);
    }
    if (!session_.config.arm_listening) co_return;
    const auto why = co_await listening_.arm();
    if (!why.empty()) session_.tell_once("listening", "board was not told to send its events to us", why);
}

asio::awaitable<std::string> UhppoteDriver::watch()
{
    for (;;) {
        auto why = co_await look();
        if (!why.empty()) co_return why;
        co_await judge_pushes();
        auto& clock = session_.context.clock;
        co_await clock.wait(session_.look_now, clock.now() + session_.config.poll_every);
    }
}

asio::awaitable<std::string> UhppoteDriver::look()
{
    const Packet question(Code::status, session_.config.serial);
    const auto sent = session_.context.clock.wall();
    const auto reply = co_await session_.board.ask(question);
    if (!reply.ok()) co_return reply.why();
    const auto status = read_status(reply.packet);
    co_await clock_.measure(status, sent);
    events_.note_newest(status.event);
    // The event that tells of a contact is better evidence than the contact: it comes first.
    const bool contacts = !events_.is_awaited(status.event.index);
    co_await doors_.observe(status, contacts);
    co_return std::string();
}

asio::awaitable<void> UhppoteDriver::take_push(Packet packet)
{
    session_.status.last_heard = session_.context.clock.wall();
    session_.recorder.take(packet);
    const auto status = read_status(packet);
    co_await events_.pushed(status.event);
    const bool contacts = !events_.is_awaited(status.event.index);
    co_await doors_.observe(status, contacts);
    co_await judge_pushes();
}

// The second watchdog: the board's store against what came pushed.
asio::awaitable<void> UhppoteDriver::judge_pushes()
{
    if (session_.config.listen_port == 0) co_return;
    const bool missing = events_.proof().missing(session_.context.clock.now());
    std::string why =
        "the board's events are found in its store but are not pushed to us: check its listener";
    if (!pushes_.is_open()) why = pushes_.why();
    if (missing) co_await session_.set_link(LinkState::silent, std::move(why));
    if (!missing && session_.status.link == LinkState::silent) co_await session_.set_link(LinkState::up, "");
}

// Not before everything was read: what the old clock has stamped is corrected by the old offset.
asio::awaitable<void> UhppoteDriver::keep_clock()
{
    co_await events_.wait_complete();
    for (;;) {
        if (clock_.is_due()) {
            const auto why = co_await clock_.correct();
            if (!why.empty()) session_.tell_once("clock", "board clock not corrected", why);
        }
        co_await session_.context.clock.sleep_for(session_.config.poll_every);
    }
}

// ---- the port ----

asio::awaitable<model::Outcome> UhppoteDriver::execute(model::Command command)
{
    using model::Action;
    switch (command.action) {
    case Action::door_open:
        if (command.args["mode"] == "hold")
            co_return co_await commands_.hold(std::move(command.id), command.output);
        co_return co_await commands_.open(std::move(command.id), command.output);
    case Action::door_close: {
        const bool locked = command.args["mode"] == "locked";
        co_return co_await commands_.close(std::move(command.id), command.output, locked);
    }
    case Action::device_sync: co_return co_await synchronise();
    case Action::arm: co_return co_await arm(command.args["listening"] == "undo");
    case Action::disarm: co_return co_await arm(true);
    default:
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "this device language has no such command");
    }
}

asio::awaitable<model::Outcome> UhppoteDriver::arm(bool undo)
{
    std::string why;
    if (undo)
        why = co_await listening_.disarm();
    else
        why = co_await listening_.arm();
    if (!why.empty()) co_return session_.outcome(Status::failed, "device_refused", why);
    co_return session_.outcome(Status::confirmed, "",
                               undo ? "listening undone" : "the board sends its events to us");
}

asio::awaitable<model::Outcome> UhppoteDriver::synchronise()
{
    const auto begun = session_.context.clock.now();
    auto why = co_await look();
    if (why.empty()) why = co_await events_.catch_up();
    if (!why.empty())
        co_return session_.outcome(Status::failed, "device_refused", "event store not read: " + why, begun);
    why = co_await clock_.correct();
    if (!why.empty())
        co_return session_.outcome(Status::failed, "device_refused", "clock not set: " + why, begun);
    co_return session_.outcome(Status::confirmed, "", "event store read and clock set", begun);
}

asio::awaitable<device::PushReply> UhppoteDriver::on_push(device::PushRequest /*request*/)
{
    device::PushReply reply;
    reply.status = 404; // these boards speak no HTTP
    co_return reply;
}

device::DeviceStatus UhppoteDriver::status() const
{
    auto status = session_.status;
    status.facts["record epoch"] = std::to_string(events_.position().epoch);
    return status;
}

asio::awaitable<base::Result<std::string>> UhppoteDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.recorder, session_.context.clock, span);
}

std::vector<std::string> UhppoteDriver::replay(std::string_view bytes)
{
    return explain_bytes(bytes, session_.context.utc_offset);
}

} // namespace gatehouse::uhppote
