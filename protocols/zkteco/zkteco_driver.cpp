#include "protocols/zkteco/zkteco_driver.hpp"

#include "protocols/net/record_for.hpp"
#include "protocols/zkteco/driver.hpp"
#include "protocols/zkteco/explain.hpp"
#include "protocols/zkteco/times.hpp"

#include <fmt/format.h>

namespace gatehouse::zkteco {

using namespace std::chrono_literals;
using device::test_step;
using device::TestStep;
using model::LinkState;
using model::Status;

std::unique_ptr<device::Driver> make_driver(const config::DeviceConfig& device, config::Table table,
                                            device::DriverContext context)
{
    auto config = read_config(device, table);
    return std::make_unique<ZktecoDriver>(std::move(config), std::move(context));
}

void check_config(const config::DeviceConfig& device, config::Table& table)
{
    (void)read_config(device, table); // only its issues are wanted
}

ZktecoDriver::ZktecoDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), log_(session_), access_(session_),
      desk_(session_, log_, access_), commands_(session_, log_), people_(session_, desk_)
{
}

asio::awaitable<void> ZktecoDriver::run()
{
    session_.start();
    desk_.restore();
    co_await session_.run_until_stopped(watch());
}

// The device calls; we notice when it does not.
asio::awaitable<void> ZktecoDriver::watch()
{
    const auto begun = session_.context.clock.now();
    for (;;) {
        const auto now = session_.context.clock.now();
        auto quiet_until = session_.last_heard.value_or(begun) + session_.quiet_max();
        if (now >= quiet_until) {
            std::string why =
                session_.last_heard
                    ? fmt::format("has not called for {} s: check its network and power",
                                  std::chrono::duration_cast<std::chrono::seconds>(now - *session_.last_heard)
                                      .count())
                    : std::string("has never called: set its cloud server to our address and port");
            if (session_.status.link != LinkState::down) co_await session_.set_link(LinkState::down, why);
            session_.status.why = std::move(why);
            quiet_until = now + session_.quiet_max();
        }
        co_await desk_.report_holes();
        co_await session_.context.clock.sleep_until(std::min(quiet_until, now + 1min));
    }
}

// ---- the port ----

asio::awaitable<model::Outcome> ZktecoDriver::execute(model::Command command)
{
    using model::Action;
    using Move = Commands::Move;
    const bool hold = command.args["mode"] == "hold";
    switch (command.action) {
    case Action::door_open:
    case Action::barrier_open:
        co_return co_await commands_.move(std::move(command.id), command.output,
                                          hold ? Move::hold : Move::open);
    case Action::door_close:
    case Action::barrier_close:
        co_return co_await commands_.move(std::move(command.id), command.output, Move::close);
    case Action::device_sync: desk_.trust_zone_again(); co_return co_await commands_.synchronise();
    case Action::ping: co_return co_await commands_.ping();
    default:
        co_return session_.outcome(Status::rejected, "unsupported",
                                   "this device language has no such command");
    }
}

asio::awaitable<device::PushReply> ZktecoDriver::on_push(device::PushRequest request)
{
    return desk_.take(std::move(request));
}

bool ZktecoDriver::claims(const device::PushRequest& request) const
{
    return desk_.claims(request);
}

device::DeviceStatus ZktecoDriver::status() const
{
    auto status = session_.status;
    status.facts["commands waiting"] = std::to_string(session_.commands.waiting());
    return status;
}

asio::awaitable<base::Result<std::string>> ZktecoDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(desk_.recorder, session_.context.clock, span);
}

std::vector<std::string> ZktecoDriver::replay(std::string_view bytes)
{
    return explain_bytes(bytes, session_.reading());
}

// ---- self-test ----

asio::awaitable<std::vector<TestStep>> ZktecoDriver::self_test()
{
    std::vector<TestStep> steps;
    const auto now = session_.context.clock.now();
    const bool calls = session_.last_heard && now - *session_.last_heard <= session_.quiet_max();
    steps.push_back(test_step(
        "calls us", calls,
        calls
            ? "it called " +
                  std::to_string(
                      std::chrono::duration_cast<std::chrono::seconds>(now - *session_.last_heard).count()) +
                  " s ago"
            : session_.status.why,
        "set its cloud server to our listener's address and port, with the domain name switched "
        "off; check serial and address"));
    if (session_.access()) steps.push_back(test_registration());
    if (!calls) co_return steps;
    const auto answer = co_await commands_.ask_identity();
    steps.push_back(test_step("carries out commands", answer.ok(),
                              answer.ok() ? std::string("it answered a question") : answer.why(),
                              "restart the device; look whether remote control is allowed in its menu"));
    steps.push_back(test_clock());
    co_return steps;
}

TestStep ZktecoDriver::test_registration() const
{
    return test_step("registered", access_.registered(),
                     access_.registered() ? "it has a registry code of ours" : "it has not registered",
                     "restart the device: it registers when it starts");
}

// Both clocks side by side, and what would be written (pains 17): nothing is.
TestStep ZktecoDriver::test_clock() const
{
    const auto zone = session_.context.utc_offset;
    const auto now = session_.context.clock.wall();
    const auto offset = session_.clock.offset();
    std::string detail = "box says " + write_time(now, zone);
    detail += offset ? ", device says " + write_time(now + *offset, zone) : ", device has not shown its time";
    const auto told = desk_.zone();
    if (!desk_.serves_time()) detail += "; nothing is written to it";
    if (desk_.serves_time())
        detail += "; it is told our time" + (told.empty() ? std::string() : " and TimeZone=" + told);
    const bool right = !offset || session_.clock.trusted();
    const bool whole = offset && std::chrono::abs(*offset) >= 29min;
    return test_step(
        "clock", right, std::move(detail),
        whole ? "away by hours: look at the time zone on the device, and set time_zone to the form that its "
                "firmware takes"
              : "set the clock at the device, or clock = \"correct\"");
}

} // namespace gatehouse::zkteco
