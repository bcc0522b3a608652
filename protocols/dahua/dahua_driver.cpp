#include "protocols/dahua/dahua_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "protocols/dahua/driver.hpp"
#include "protocols/dahua/explain.hpp"
#include "protocols/net/push_source.hpp"
#include "protocols/net/record_for.hpp"

#include <fmt/format.h>

namespace gatehouse::dahua {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using device::test_step;
using model::LinkState;
using model::Status;

namespace {

// ITSAPI tells every five minutes that it is alive, and is dead after three (sheet §6b).
constexpr auto push_silence = 15min;
constexpr auto poll_every = 30s; // of a device that only posts
constexpr auto serial_key = "device/serial";

} // namespace

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table);
    return std::make_unique<DahuaDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table); // only its issues are wanted
}

DahuaDriver::DahuaDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), clock_(session_),
      backfill_(session_,
                [this](std::string why) {
                    session_.spawn("link", session_.set_link(LinkState::silent, why));
                    (void)drop_streams(std::move(why)); // without a stream there is nothing to open anew
                }),
      pushes_(session_), commands_(session_), lists_(session_),
      has_lists_(session_.config.has_barrier() || session_.config.has_doors())
{
    session_.give_way = [this](std::string why) { return drop_streams(std::move(why)); };
}

asio::awaitable<void> DahuaDriver::run()
{
    session_.start();
    net::SessionBase::Leave last = [this] { return leave(); };
    co_await session_.run_until_stopped(reconnect_for_ever(), std::move(last));
}

asio::awaitable<void> DahuaDriver::leave()
{
    co_await session_.stop();
    co_await session_.offer_held();
}

asio::awaitable<void> DahuaDriver::reconnect_for_ever()
{
    base::Backoff backoff(1s, 30s);
    auto& reconnects =
        session_.counter("gatehouse_dahua_reconnects_total", "Conversations with a device that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        live_ = false;
        session_.begin_conversation();
        auto why = co_await converse();
        backfill_.not_live();
        reconnects.add();
        if (session_.context.clock.now() - begun > 60s) backoff.reset();
        // A link given up as silent stays silent while the device is there, and a stream that gave way to a
        // command is no news.
        const bool gave_way = session_.port_blocked && why == "the stream gave way to a command";
        if (!gave_way && (!live_ || session_.status.link != LinkState::silent))
            co_await session_.set_link(LinkState::down, std::move(why));
        co_await session_.context.clock.sleep_for(backoff.next(session_.context.random));
    }
}

asio::awaitable<std::string> DahuaDriver::converse()
{
    auto refused = co_await identify();
    if (!refused.empty() && session_.config.streams()) co_return refused;
    if (refused.empty()) co_await clock_.measure();
    if (session_.config.has_record_log() && refused.empty()) {
        // Before the stream: some devices take no connection beside it (sheet §4).
        const auto answer = co_await backfill_.catch_up();
        session_.fact("record log", answer.ok() ? "readable" : answer.why());
    }
    if (!session_.config.streams()) co_return co_await watch_pushes();

    const bool events = session_.config.events_stream;
    EventStream first(session_, events ? EventStream::Way::events : EventStream::Way::pictures);
    const auto opened = co_await first.open();
    if (!opened) {
        session_.fact("event stream", first.refusal());
        co_return first.refusal();
    }
    session_.fact("event stream", "open");
    if (!events || !session_.config.snap_stream) co_return co_await listen(first, nullptr);
    EventStream second(session_, EventStream::Way::pictures);
    const auto also = co_await second.open();
    session_.fact("picture stream", also ? "open" : second.refusal());
    co_return co_await listen(first, also ? &second : nullptr);
}

asio::awaitable<std::string> DahuaDriver::listen(EventStream& first, EventStream* second)
{
    struct Reading {
        DahuaDriver& driver;
        ~Reading()
        {
            driver.streams_.clear();
            driver.session_.both_streams = false;
        }
    };
    streams_.push_back(&first);
    if (second != nullptr) streams_.push_back(second);
    session_.both_streams = second != nullptr;
    const Reading reading{*this};
    co_await go_live();
    if (second == nullptr) {
        auto ended = co_await (first.read() || keep_house());
        co_return ended.index() == 0 ? std::get<0>(std::move(ended)) : std::string("the conversation ended");
    }
    auto ended = co_await (first.read() || second->read() || keep_house());
    if (ended.index() == 0) co_return std::get<0>(std::move(ended));
    co_return ended.index() == 1 ? std::get<1>(std::move(ended)) : std::string("the conversation ended");
}

// The device only posts: it is there as long as it answers a cheap question, or posts where we cannot reach
// it.
asio::awaitable<std::string> DahuaDriver::watch_pushes()
{
    auto why = co_await absent();
    if (!why.empty()) co_return why;
    co_await go_live();
    auto ended = co_await (there_for_ever() || keep_house());
    co_return ended.index() == 0 ? std::get<0>(std::move(ended)) : std::string("the conversation ended");
}

asio::awaitable<std::string> DahuaDriver::there_for_ever()
{
    for (;;) {
        co_await session_.context.clock.sleep_for(poll_every);
        auto why = co_await absent();
        if (!why.empty()) co_return why;
    }
}

// Why it counts as absent; empty: it does not.
asio::awaitable<std::string> DahuaDriver::absent()
{
    auto why = co_await identify();
    const auto last = pushes_.last();
    const bool posts = last && session_.context.clock.now() - *last < push_silence;
    co_return posts ? std::string() : why;
}

// What goes on beside the events while the device is there.
asio::awaitable<void> DahuaDriver::keep_house()
{
    if (session_.config.has_record_log())
        co_await (backfill_.run() && clock_.run() && watch_doors());
    else
        co_await (clock_.run() && watch_doors());
}

// Doors are read too: an edge may have passed while we were away.
asio::awaitable<void> DahuaDriver::watch_doors()
{
    const bool wanted = session_.config.has_doors() && session_.config.state_every > 0ms;
    while (wanted) {
        for (int door = 1; door <= session_.config.outputs && !session_.port_blocked; ++door) {
            const auto position = co_await commands_.door_position(door);
            co_await session_.found_door(door, position);
        }
        co_await session_.context.clock.sleep_for(session_.config.state_every);
    }
}

asio::awaitable<void> DahuaDriver::go_live()
{
    live_ = true;
    backfill_.live_from_now();
    // Silent until a live event proves the way.
    const bool silent = session_.status.link == LinkState::silent;
    co_await session_.set_link(silent ? LinkState::silent : LinkState::up, session_.status.why);
}

bool DahuaDriver::drop_streams(std::string why)
{
    for (auto* stream : streams_)
        stream->give_up(why);
    return !streams_.empty();
}

// Empty: it answers. A model that hides its identity may still send events.
asio::awaitable<std::string> DahuaDriver::identify()
{
    const auto answer = co_await session_.get("/cgi-bin/magicBox.cgi?action=getDeviceType");
    if (answer.error) co_return answer.why();
    if (answer.verdict == Verdict::unknown_there) co_return answer.why();
    if (answer.ok()) session_.status.model = text_at(*read_lines(answer.body), "type");
    session_.status.firmware = co_await ask_identity("getSoftwareVersion", "version");
    auto serial = co_await ask_identity("getSerialNo", "sn");
    if (!serial.empty() && serial != session_.status.serial) co_await note_serial(std::move(serial));
    co_return std::string();
}

// Another device at this address has other records; its log is read as at the first contact.
asio::awaitable<void> DahuaDriver::note_serial(std::string serial)
{
    session_.status.serial = serial;
    auto& memory = session_.context.memory;
    const auto before = memory.find(serial_key);
    if (before == serial) co_return;
    if (before) {
        co_await backfill_.forget();
        session_.forget_records();
        model::DeviceHealth notice{"records", true, "another device answers: serial number " + serial};
        co_await session_.report(std::move(notice));
    }
    const auto saved = co_await memory.put(serial_key, std::move(serial));
    if (!saved) session_.tell_once("serial", "serial number not saved", saved.error().message());
}

asio::awaitable<std::string> DahuaDriver::ask_identity(std::string action, std::string key)
{
    const auto answer = co_await session_.get("/cgi-bin/magicBox.cgi?action=" + action);
    co_return answer.ok() ? text_at(*read_lines(answer.body), key) : std::string();
}

asio::awaitable<model::Outcome> DahuaDriver::execute(model::Command command)
{
    using model::Action;
    switch (command.action) {
    case Action::barrier_open:
        co_return co_await commands_.barrier(std::move(command.id), command.output, true,
                                             command.args["plate"]);
    case Action::barrier_close:
        co_return co_await commands_.barrier(std::move(command.id), command.output, false, std::string());
    case Action::door_open: co_return co_await commands_.door(std::move(command.id), command.output, true);
    case Action::door_close: co_return co_await commands_.door(std::move(command.id), command.output, false);
    case Action::snapshot: co_return co_await commands_.snapshot(std::move(command));
    case Action::device_sync: co_return co_await synchronise();
    default:
        co_return commands_.outcome(Status::rejected, "unsupported",
                                    "this device language has no such command");
    }
}

asio::awaitable<model::Outcome> DahuaDriver::synchronise()
{
    const auto begun = session_.context.clock.now();
    const auto clock = co_await clock_.correct();
    Answer records;
    if (session_.config.has_record_log() && session_.status.link != LinkState::unknown)
        records = co_await backfill_.catch_up();
    if (clock.ok() && records.ok())
        co_return commands_.outcome(Status::confirmed, "", "clock set and record log read", begun);
    const auto why =
        clock.ok() ? "clock set, but the record log: " + records.why() : "clock not set: " + clock.why();
    co_return commands_.outcome(Status::failed, "device_refused", why, begun);
}

asio::awaitable<device::PushReply> DahuaDriver::on_push(device::PushRequest request)
{
    return pushes_.take(std::move(request));
}

// Only by where it comes from: its posts name a UUID that nobody has configured.
bool DahuaDriver::claims(const device::PushRequest& request) const
{
    const auto& config = session_.config;
    return config.accept && request.target.starts_with("/NotificationInfo/") &&
           net::is_push_source(request.remote, config.target.host, session_.http.peer(), {});
}

asio::awaitable<base::Result<std::string>> DahuaDriver::capture(std::chrono::seconds span)
{
    auto recorded = co_await net::record_for(session_.recorder, session_.context.clock, span);
    if (!recorded) co_return recorded;
    co_return redact(std::move(*recorded));
}

std::vector<std::string> DahuaDriver::replay(std::string_view bytes)
{
    return explain_bytes(bytes, session_.map_context());
}

// ---- device test ----

asio::awaitable<std::vector<device::TestStep>> DahuaDriver::self_test()
{
    std::vector<device::TestStep> steps;
    const auto& target = session_.config.target;
    const auto hello = co_await session_.get("/cgi-bin/magicBox.cgi?action=getDeviceType");
    const bool refused = hello.error == base::Errc::unauthorised || hello.error == base::Errc::locked_out;
    const bool reached = !hello.error || refused;
    steps.push_back(test_step(
        "reachable", reached, reached ? fmt::format("{}:{} answers", target.host, target.port) : hello.why(),
        streams_.empty()
            ? "check cable, power and the address in the configuration"
            : "it takes no connection beside its event stream: set stream = \"off\" and let it post"));
    if (!reached) co_return steps;
    steps.push_back(
        test_step("password", !refused, refused ? hello.why() : "accepted",
                  "correct user name and password; after five wrong ones the device locks us out"));
    if (refused) co_return steps;
    auto problem = co_await identify();
    const auto& model = session_.status.model;
    steps.push_back(
        test_step("model", problem.empty() && !model.empty(),
                  model.empty() ? problem : model + " " + session_.status.firmware,
                  "make sure that this is a Dahua device and that CGI is switched on in its security "
                  "settings"));
    const auto clock = co_await clock_.measure();
    steps.push_back(test_step(
        "clock", clock.ok() && session_.clock.trusted(),
        clock.ok() ? fmt::format("{} ms away from ours", session_.clock.offset_ms().value_or(0))
                   : clock.why(),
        "switch on NTP in the device (it is off by default) and check its zone, or run device-sync"));
    if (session_.config.streams()) {
        auto stream = co_await test_stream();
        steps.push_back(std::move(stream));
    }
    co_await test_outputs(steps);
    if (session_.config.has_record_log()) {
        const auto log = co_await backfill_.probe();
        steps.push_back(test_step("record log", log.ok(), log.ok() ? "readable" : log.why(),
                                  "give the user the right to search records, or set backfill = false"));
    }
    co_return steps;
}

asio::awaitable<device::TestStep> DahuaDriver::test_stream()
{
    const std::string remedy =
        "close other programs that hold the event stream, or set stream = \"off\" and let the device post";
    if (!streams_.empty()) co_return test_step("event stream", true, "open", remedy);
    EventStream stream(session_,
                       session_.config.events_stream ? EventStream::Way::events : EventStream::Way::pictures);
    const auto opened = co_await stream.open();
    co_return test_step("event stream", opened.has_value(), opened ? "opens" : stream.refusal(), remedy);
}

asio::awaitable<void> DahuaDriver::test_outputs(std::vector<device::TestStep>& steps)
{
    // Nothing else of a barrier is safe to try.
    if (session_.config.has_barrier())
        steps.push_back(
            test_step("barrier", true, "commands will not be confirmed unless the camera posts alarms", ""));
    for (int door = 1; session_.config.has_doors() && door <= session_.config.outputs; ++door) {
        const auto position = co_await commands_.door_position(door);
        const bool known = position != model::DoorPosition::unknown;
        steps.push_back(test_step(door == 1 ? std::string("door") : fmt::format("door {}", door), true,
                                  known
                                      ? "its position is readable"
                                      : "commands will not be confirmed: no position; if opening fails, try "
                                        "door_base = 0",
                                  ""));
    }
}

} // namespace gatehouse::dahua
