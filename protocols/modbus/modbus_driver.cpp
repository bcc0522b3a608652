#include "protocols/modbus/modbus_driver.hpp"

#include "gateway/base/backoff.hpp"
#include "gateway/base/timeout.hpp"
#include "protocols/modbus/explain.hpp"
#include "protocols/net/record_for.hpp"

#include <fmt/format.h>

namespace gatehouse::modbus {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using model::LinkState;
using model::Status;

namespace {

constexpr auto well_after = 60s;
constexpr auto release_limit = 2s; // at the end: the supervisor waits for five

std::string name_of(const Config& config)
{
    if (config.target.serial) return config.target.serial->device;
    return fmt::format("{}:{}", config.target.host, config.target.port);
}

} // namespace

ModbusDriver::ModbusDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), board_(session_), watch_(session_, board_),
      commands_(session_, board_, watch_)
{
    session_.fact("framing", session_.config.framing == Framing::tcp ? "Modbus TCP" : "RTU");
    session_.fact("edge accuracy", fmt::format("{} ms", session_.config.poll_every.count()));
}

device::DeviceStatus ModbusDriver::status() const
{
    auto status = session_.status;
    for (const auto& gate : watch_.gates())
        status.facts[fmt::format("gate {}", gate->config().output)] = gate->describe();
    return status;
}

asio::awaitable<void> ModbusDriver::run()
{
    session_.start();
    net::SessionBase::Leave last = [this] { return leave_safely(); };
    co_await session_.run_until_stopped(reconnect_for_ever(), std::move(last));
}

// Nobody presses any more, and nothing stays pressed (sheet §3).
asio::awaitable<void> ModbusDriver::leave_safely()
{
    co_await session_.stop_tasks();
    if (session_.line.connected())
        co_await (board_.release_all(false) || session_.context.clock.sleep_for(release_limit));
    co_await session_.finish();
}

asio::awaitable<void> ModbusDriver::reconnect_for_ever()
{
    // Serial servers that lost a client uncleanly need their time.
    base::Backoff backoff(1s, 30s);
    auto& reconnects =
        session_.counter("gatehouse_modbus_reconnects_total", "Conversations with a board that ended");
    for (;;) {
        const auto begun = session_.context.clock.now();
        auto why = co_await converse();
        session_.line.drop();
        board_.forget();
        watch_.lose();
        session_.set_link(LinkState::down, std::move(why));
        reconnects.add();
        if (session_.context.clock.now() - begun > well_after) backoff.reset();
        co_await session_.context.clock.sleep_for(backoff.next(session_.context.random));
    }
}

asio::awaitable<std::string> ModbusDriver::converse()
{
    auto& config = session_.config;
    base::Target target = config.target;
    auto stream = co_await base::with_timeout(session_.context.clock, config.connect_max,
                                              session_.context.connector.connect(std::move(target)));
    if (!stream) co_return "cannot connect to " + name_of(config) + ": " + stream.error().message();
    session_.line.open(std::move(*stream));
    // Before anything else: a button that is pressed for ever is released.
    const auto relays = co_await board_.release_all(true);
    if (!relays.ok()) session_.tell_once("relays", "relays cannot be read back", relays.why());
    if (!session_.line.connected()) co_return relays.why();
    co_await board_.identify();
    auto ended = co_await (watch_.run() || watch_board());
    co_return ended.index() == 0 ? std::get<0>(std::move(ended)) : std::get<1>(std::move(ended));
}

asio::awaitable<std::string> ModbusDriver::watch_board()
{
    co_await board_.watch();
    co_return "the conversation ended";
}

asio::awaitable<model::Outcome> ModbusDriver::execute(model::Command command)
{
    using model::Action;
    if (command.action == Action::barrier_open || command.action == Action::barrier_close)
        co_return co_await commands_.barrier(std::move(command));
    co_return commands_.outcome(Status::rejected, "unsupported", "a relay board knows no such command");
}

asio::awaitable<device::PushReply> ModbusDriver::on_push(device::PushRequest)
{
    device::PushReply reply;
    reply.status = 404; // a board answers and never speaks by itself
    co_return reply;
}

std::vector<std::string> ModbusDriver::replay(std::string_view bytes)
{
    return explain_recording(bytes);
}

asio::awaitable<base::Result<std::string>> ModbusDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.line.recorder, session_.context.clock, span);
}

} // namespace gatehouse::modbus
