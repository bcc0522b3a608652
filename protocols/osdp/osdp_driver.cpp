#include "protocols/osdp/osdp_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "gateway/base/timeout.hpp"
#include "protocols/net/record_for.hpp"
#include "protocols/osdp/driver.hpp"
#include "protocols/osdp/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gatehouse::osdp {

using namespace std::chrono_literals;
using device::test_step;
using device::TestStep;
using model::LinkState;
using Stage = Reader::Stage;

namespace {

constexpr auto well_after = 60s;
constexpr auto dead_max = 30s; // a line on which nobody answers: the serial server may hang

std::string name_of(const Config& config)
{
    if (config.target.serial) return config.target.serial->device;
    return fmt::format("{}:{}", config.target.host, config.target.port);
}

} // namespace

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table);
    return std::make_unique<OsdpDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table); // only its issues are wanted
}

OsdpDriver::OsdpDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), commands_(session_, readers_)
{
    for (const auto& reader : session_.config.readers)
        readers_.push_back(std::make_unique<Reader>(session_, reader));
}

asio::awaitable<void> OsdpDriver::run()
{
    session_.start();
    net::SessionBase::Leave last = [this] { return leave(); };
    co_await session_.run_until_stopped(reconnect_for_ever(), std::move(last));
}

asio::awaitable<void> OsdpDriver::leave()
{
    for (const auto& reader : readers_)
        reader->lose();
    co_await session_.finish();
}

asio::awaitable<void> OsdpDriver::reconnect_for_ever()
{
    // Serial servers that lost a client uncleanly need their time.
    base::Backoff backoff(1s, 30s);
    auto& reconnects =
        session_.counter("gatehouse_osdp_reconnects_total", "Connections to a line that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        auto why = co_await converse();
        session_.line.drop();
        for (const auto& reader : readers_)
            reader->lose();
        session_.set_link(LinkState::down, std::move(why));
        reconnects.add();
        if (session_.context.clock.now() - begun > well_after) backoff.reset();
        co_await session_.context.clock.sleep_for(backoff.next(session_.context.random));
    }
}

asio::awaitable<std::string> OsdpDriver::converse()
{
    auto& config = session_.config;
    base::Target target = config.target;
    auto stream = co_await base::with_timeout(session_.context.clock, config.connect_max,
                                              session_.context.connector.connect(std::move(target)));
    if (!stream) co_return "cannot connect to " + name_of(config) + ": " + stream.error().message();
    session_.line.open(std::move(*stream));
    for (const auto& reader : readers_)
        reader->begin();
    co_return co_await give_turns();
}

asio::awaitable<std::string> OsdpDriver::give_turns()
{
    const auto& clock = session_.context.clock;
    auto alive_at = clock.now();
    for (;;) {
        auto& reader = next();
        const auto due = reader.due();
        if (due > clock.now()) {
            co_await session_.context.clock.wait(session_.work, due);
        } else {
            co_await reader.turn();
            if (judge()) alive_at = clock.now();
        }
        if (!session_.line.connected())
            co_return "the connection to " + name_of(session_.config) + " was closed";
        if (clock.now() - alive_at > dead_max) co_return "no reader on the line answers";
    }
}

Reader& OsdpDriver::next()
{
    const auto earlier = [](const auto& a, const auto& b) { return a->due() < b->due(); };
    return **std::min_element(readers_.begin(), readers_.end(), earlier);
}

bool OsdpDriver::judge()
{
    const auto any = [this](Stage stage) {
        const auto at = std::find_if(readers_.begin(), readers_.end(),
                                     [stage](const auto& reader) { return reader->stage() == stage; });
        return at == readers_.end() ? nullptr : at->get();
    };
    if (!session_.line.connected()) return false;
    if (any(Stage::online) != nullptr) {
        session_.set_link(LinkState::up, "");
        return true;
    }
    const auto* refused = any(Stage::refused);
    // Not before each of them was asked.
    const bool tried =
        std::all_of(readers_.begin(), readers_.end(), [](const auto& r) { return r->tried(); });
    if (refused != nullptr && tried)
        session_.set_link(LinkState::silent, refused->why());
    else if (tried)
        session_.set_link(LinkState::down,
                          readers_.size() == 1 ? readers_[0]->why() : "no reader on the line answers");
    return refused != nullptr;
}

asio::awaitable<model::Outcome> OsdpDriver::execute(model::Command command)
{
    return commands_.execute(std::move(command));
}

asio::awaitable<device::PushReply> OsdpDriver::on_push(device::PushRequest)
{
    device::PushReply reply;
    reply.status = 404; // readers answer and never speak by themselves
    co_return reply;
}

// The readers are asked ten times a second anyway: what they said last is now.
asio::awaitable<std::vector<TestStep>> OsdpDriver::self_test()
{
    std::vector<TestStep> steps;
    const bool connected = session_.line.connected();
    steps.push_back(test_step("connection", connected, connected ? "open" : session_.status.why,
                              "check cable, power and address, and that no other program holds the line"));
    if (!connected) co_return steps;
    for (const auto& reader : readers_)
        test_reader(*reader, steps);
    co_return steps;
}

void OsdpDriver::test_reader(const Reader& reader, std::vector<TestStep>& steps) const
{
    const auto& config = reader.config();
    const auto name = fmt::format("reader {}", config.number);
    const bool answers = reader.stage() != Stage::offline;
    steps.push_back(
        test_step(name + " answers", answers, answers ? reader.describe() : reader.why(),
                  fmt::format("check that its address is {} and its baud rate that of the line, A and B, 120 "
                              "ohm at both ends, and its power; check = \"checksum\" for very old readers",
                              config.address)));
    if (!answers) return;
    const bool online = reader.stage() == Stage::online;
    steps.push_back(
        test_step(name + " converses", online, online ? reader.describe() : reader.why(),
                  "reset the reader to its factory state and let it be given a key (install = true), or "
                  "correct its key"));
    if (!online) return;
    const bool safe = config.security == Security::own_key && reader.sealed();
    steps.push_back(test_step(
        name + " secure", safe, safe ? "sealed with its own key" : "in plain, or with the public key",
        "give it a key: whoever reaches the two wires can copy cards and open the door"));
    const auto* outputs = reader.capabilities().find(2);
    if (!config.door_output) return;
    const bool there = outputs == nullptr || *config.door_output < outputs->number;
    steps.push_back(test_step(name + " output", there,
                              outputs == nullptr ? "the reader does not say how many outputs it has"
                                                 : fmt::format("{} outputs", outputs->number),
                              "door_output counts from 0"));
}

std::vector<std::string> OsdpDriver::replay(std::string_view bytes)
{
    return explain_recording(bytes);
}

asio::awaitable<base::Result<std::string>> OsdpDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.line.recorder, session_.context.clock, span);
}

} // namespace gatehouse::osdp
