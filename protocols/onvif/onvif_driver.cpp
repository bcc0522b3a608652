#include "protocols/onvif/onvif_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "protocols/net/record_for.hpp"
#include "protocols/net/still_picture.hpp"
#include "protocols/onvif/driver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::onvif {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using model::LinkState;
using model::Status;

namespace {

constexpr auto well_after = 60s;
constexpr auto leave_limit = 2s; // at the end: the supervisor waits for five
constexpr int pages_max = 8;     // of one list
constexpr auto serial_key = "device/serial";

// Relays that the configuration names, with what the device says of them; or all that it has.
std::vector<Relay> chosen(const std::vector<std::string>& wanted, std::vector<Relay> there)
{
    if (wanted.empty()) return there;
    std::vector<Relay> relays;
    for (const auto& token : wanted) {
        const auto found = std::find_if(there.begin(), there.end(),
                                        [&](const Relay& relay) { return relay.token == token; });
        Relay relay;
        relay.token = token;
        relays.push_back(found == there.end() ? relay : *found);
    }
    return relays;
}

std::vector<Door> chosen(const std::vector<std::string>& wanted, std::vector<Door> there)
{
    if (wanted.empty()) return there;
    std::vector<Door> doors;
    for (const auto& token : wanted) {
        const auto found =
            std::find_if(there.begin(), there.end(), [&](const Door& door) { return door.token == token; });
        Door door;
        door.token = token;
        doors.push_back(found == there.end() ? door : *found);
    }
    return doors;
}

} // namespace

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table);
    return std::make_unique<OnvifDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table); // only its issues are wanted
}

OnvifDriver::OnvifDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), clock_(session_), events_(session_),
      commands_(session_), camera_(session_)
{
}

device::DeviceStatus OnvifDriver::status() const
{
    auto status = session_.status;
    camera_.write_facts(status.facts);
    return status;
}

asio::awaitable<void> OnvifDriver::run()
{
    session_.start();
    if (camera_.wanted()) session_.spawn("pictures", camera_.bring());
    net::SessionBase::Leave last = [this] { return leave(); };
    co_await session_.run_until_stopped(reconnect_for_ever(), std::move(last));
}

asio::awaitable<void> OnvifDriver::leave()
{
    camera_.leave();
    co_await session_.stop_tasks();
    if (session_.status.link != LinkState::down)
        co_await (leave_safely() || session_.context.clock.sleep_for(leave_limit));
    co_await session_.delivery.close();
}

// Nothing stays pressed, and our slot is free for whoever comes next.
asio::awaitable<void> OnvifDriver::leave_safely()
{
    co_await commands_.let_go_all();
    co_await events_.leave();
}

asio::awaitable<void> OnvifDriver::reconnect_for_ever()
{
    base::Backoff backoff(1s, 30s);
    auto& ended =
        session_.counter("gatehouse_onvif_reconnects_total", "Conversations with a device that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        auto end = co_await converse();
        ended.add();
        if (session_.context.clock.now() - begun > well_after) backoff.reset();
        co_await session_.set_link(end.state, std::move(end.why));
        co_await session_.context.clock.sleep_for(backoff.next(session_.context.random));
    }
}

asio::awaitable<PullPoint::Ended> OnvifDriver::converse()
{
    Ended ended;
    ended.why = co_await identify();
    if (!ended.why.empty()) co_return ended;
    co_await find_services();
    co_await name_parts();
    co_await find_pictures();
    auto first = co_await (events_.run() || clock_.run());
    if (first.index() == 0) co_return std::get<0>(std::move(first));
    ended.why = "the conversation ended";
    co_return ended;
}

// The time comes first and without a log-in: what we sign is signed with it (sheet §3).
asio::awaitable<std::string> OnvifDriver::identify()
{
    const auto time = co_await session_.measure_clock();
    if (!session_.unreachable().empty()) co_return session_.unreachable();
    if (!time) session_.tell_once("time", "device tells no time without a log-in", "we sign with our own");
    auto question = request(ns::tds, "GetDeviceInformation");
    const auto answer = co_await session_.ask(ns::tds, std::move(question));
    if (!answer.ok()) co_return answer.why();
    const auto device = read_information(answer.body());
    session_.status.model = device.make.empty() ? device.model : device.make + " " + device.model;
    session_.status.serial = device.serial;
    session_.status.firmware = device.firmware;
    auto& memory = session_.context.memory;
    const auto before = memory.find(serial_key);
    if (device.serial.empty() || before == device.serial) co_return std::string();
    if (before) co_await session_.forget(); // exchanged
    std::string serial = device.serial;
    (void)co_await memory.put(serial_key, std::move(serial)); // lost: compared again next time
    co_return std::string();
}

asio::awaitable<void> OnvifDriver::find_services()
{
    auto question = get_services();
    auto answer = co_await session_.ask(ns::tds, std::move(question));
    if (answer.ok()) session_.services = read_services(answer.body());
    if (session_.services.contains(ns::tev)) co_return;
    question = get_capabilities(); // before GetServices came
    answer = co_await session_.ask(ns::tds, std::move(question));
    if (answer.ok()) session_.services.merge(read_services(answer.body()));
    std::string text;
    for (const auto& [service, address] : session_.services)
        text += (text.empty() ? "" : ", ") + service;
    session_.fact("services", std::move(text));
}

asio::awaitable<void> OnvifDriver::name_parts()
{
    auto& names = session_.names;
    auto question = request(ns::tds, "GetRelayOutputs");
    auto answer = co_await session_.ask(ns::tds, std::move(question));
    auto relays = answer.ok() ? read_relays(answer.body()) : std::vector<Relay>();
    names.relays = chosen(session_.config.relays, std::move(relays));
    names.inputs = session_.config.inputs;
    if (names.inputs.empty() && session_.offers(ns::tmd)) {
        question = request(ns::tmd, "GetDigitalInputs");
        answer = co_await session_.ask(ns::tmd, std::move(question));
        if (answer.ok()) names.inputs = read_tokens(answer.body(), "DigitalInputs");
    }
    if (session_.offers(ns::tdc)) co_await name_doors();
    session_.fact("relay outputs", std::to_string(names.relays.size()));
    session_.fact("inputs", std::to_string(names.inputs.size()));
    session_.fact("doors", std::to_string(names.doors.size()));
}

asio::awaitable<void> OnvifDriver::name_doors()
{
    std::vector<Door> doors;
    std::string next;
    for (int page = 0; page < pages_max; ++page) {
        auto question = list_request(ns::tdc, "GetDoorInfoList", next);
        const auto answer = co_await session_.ask(ns::tdc, std::move(question));
        if (!answer.ok()) break;
        for (auto& door : read_doors(answer.body()))
            doors.push_back(std::move(door));
        next = read_next(answer.body());
        if (next.empty()) break;
    }
    session_.names.doors = chosen(session_.config.doors, std::move(doors));
    if (!session_.offers(ns::tac)) co_return;
    session_.names.access_points.clear();
    next.clear();
    for (int page = 0; page < pages_max; ++page) {
        auto question = list_request(ns::tac, "GetAccessPointInfoList", next);
        const auto answer = co_await session_.ask(ns::tac, std::move(question));
        if (!answer.ok()) break;
        for (auto& point : read_access_points(answer.body()))
            session_.names.access_points.push_back(std::move(point));
        next = read_next(answer.body());
        if (next.empty()) break;
    }
}

// For whoever wants to look: where the pictures and the video are. Only the vision worker follows them.
asio::awaitable<void> OnvifDriver::find_pictures()
{
    const bool media2 = !session_.offers(ns::trt);
    const auto service = media2 ? ns::tr2 : ns::trt;
    if (!session_.offers(service)) co_return;
    auto question = request(service, "GetProfiles");
    auto answer = co_await session_.ask(service, std::move(question));
    const auto profiles = answer.ok() ? read_tokens(answer.body(), "Profiles") : std::vector<std::string>();
    if (profiles.empty()) co_return;
    profile_ = profiles.front();
    question = get_snapshot_uri(media2, profile_);
    answer = co_await session_.ask(service, std::move(question));
    const auto snapshot = answer.ok() ? read_uri(answer.body()) : std::string();
    std::vector<std::string> streams;
    streams.push_back(co_await stream_of(profile_));
    if (camera_.wanted() && profiles.size() > 1) streams.push_back(co_await stream_of(profiles[1]));
    if (!snapshot.empty()) session_.fact("snapshot", snapshot);
    if (!streams.front().empty()) session_.fact("stream", streams.front());
    camera_.found(streams, snapshot);
}

asio::awaitable<std::string> OnvifDriver::stream_of(std::string profile)
{
    const bool media2 = !session_.offers(ns::trt);
    auto question = get_stream_uri(media2, profile);
    const auto answer = co_await session_.ask(media2 ? ns::tr2 : ns::trt, std::move(question));
    co_return answer.ok() ? read_uri(answer.body()) : std::string();
}

// ---- the port ----

asio::awaitable<model::Outcome> OnvifDriver::execute(model::Command command)
{
    using model::Action;
    switch (command.action) {
    case Action::door_open:
    case Action::door_close: co_return co_await commands_.door(std::move(command));
    case Action::barrier_open: co_return co_await commands_.press(std::move(command));
    case Action::device_sync: co_return co_await synchronise();
    case Action::snapshot: co_return co_await snapshot(std::move(command));
    default: break;
    }
    co_return session_.outcome(Status::rejected, "unsupported",
                               command.action == Action::barrier_close
                                   ? "a relay output opens; nothing here lowers a barrier"
                                   : "this device language has no such command");
}

asio::awaitable<model::Outcome> OnvifDriver::snapshot(model::Command order)
{
    auto answer = co_await fetch_picture();
    if (answer.error() == base::Errc::unsupported)
        co_return session_.outcome(Status::rejected, "unsupported", "this device gives no pictures");
    if (!answer) co_return session_.outcome(Status::failed, "no_picture", answer.error().message());
    if (answer->status != 200)
        co_return session_.outcome(Status::failed, "no_picture",
                                   fmt::format("the device answered {}", answer->status));
    co_return co_await net::keep_still_picture(session_.context, std::move(order), std::move(answer->body));
}

// Fetched where the device says today: such addresses may expire.
asio::awaitable<base::Result<net::HttpResponse>> OnvifDriver::fetch_picture()
{
    if (profile_.empty()) co_return base::Errc::unsupported;
    const bool media2 = !session_.offers(ns::trt);
    auto question = get_snapshot_uri(media2, profile_);
    const auto answer = co_await session_.ask(media2 ? ns::tr2 : ns::trt, std::move(question));
    if (!answer.ok()) co_return base::Errc::unsupported; // not every device has snapshots
    const auto place = session_.web.place_of(read_uri(answer.body()));
    net::HttpRequest picture;
    picture.target = place.path;
    auto& client = session_.web.client(place, true, false);
    co_return co_await client.request(std::move(picture));
}

asio::awaitable<model::Outcome> OnvifDriver::synchronise()
{
    const auto begun = session_.context.clock.now();
    const auto why = co_await clock_.correct();
    if (!why.empty())
        co_return session_.outcome(Status::failed, "device_refused", "clock not set: " + why, begun);
    co_return session_.outcome(Status::confirmed, "", "clock compared and right", begun);
}

asio::awaitable<device::PushReply> OnvifDriver::on_push(device::PushRequest /*request*/)
{
    device::PushReply reply;
    reply.status = 404; // events are pulled
    co_return reply;
}

std::vector<std::string> OnvifDriver::replay(std::string_view bytes)
{
    return explain_recording(bytes);
}

asio::awaitable<base::Result<std::string>> OnvifDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.recorder, session_.context.clock, span);
}

} // namespace gatehouse::onvif
