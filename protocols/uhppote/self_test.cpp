#include "protocols/uhppote/uhppote_driver.hpp"

#include <fmt/format.h>

namespace gatehouse::uhppote {

using device::test_step;
using device::TestStep;

asio::awaitable<std::vector<TestStep>> UhppoteDriver::self_test()
{
    std::vector<TestStep> steps;
    const auto serial = session_.config.serial;
    const Packet who(Code::get_device, serial);
    const auto identity = co_await session_.board.ask(who);
    steps.push_back(
        test_step("reachable", identity.ok(),
                  identity.ok() ? fmt::format("{} answers as {}, firmware {}", session_.config.target.host,
                                              serial, read_board(identity.packet).firmware)
                                : identity.why(),
                  "check cable, power, the address and the serial number; a board in another network "
                  "needs a route to us"));
    if (!identity.ok()) co_return steps;

    const Packet question(Code::status, serial);
    const auto sent = session_.context.clock.wall();
    const auto reply = co_await session_.board.ask(question);
    const auto status = read_status(reply.packet);
    const bool has_clock = reply.ok() && status.time;
    if (has_clock) co_await clock_.measure(status, sent);
    steps.push_back(
        test_step("clock", has_clock && session_.clock.trusted(),
                  has_clock ? fmt::format("{} ms away from ours", session_.clock.offset()->count())
                            : std::string("the board tells no time"),
                  "run device-sync, or set clock = \"correct\"; a wrong clock refuses valid cards"));

    const auto end = co_await session_.board.ask(get_event(serial, last_event));
    steps.push_back(test_step(
        "event store", end.ok(),
        end.ok() ? fmt::format("the last record is number {}", read_event(end.packet).index) : end.why(),
        "restart the board"));
    co_await test_doors(steps);
    co_await test_listening(steps);
    co_return steps;
}

asio::awaitable<void> UhppoteDriver::test_doors(std::vector<TestStep>& steps)
{
    for (int door = 1; door <= session_.config.doors; ++door) {
        const auto control = co_await doors_.read_mode(door);
        steps.push_back(test_step(fmt::format("door {}", door), control.mode != DoorMode::unknown,
                                  control.mode == DoorMode::unknown
                                      ? std::string("its control mode cannot be read")
                                      : fmt::format("unlocks for {} s", control.delay_s),
                                  "set doors to the number of doors that this board has"));
    }
}

asio::awaitable<void> UhppoteDriver::test_listening(std::vector<TestStep>& steps)
{
    if (session_.config.listen_port == 0) co_return;
    const auto finding = co_await listening_.look();
    steps.push_back(test_step("listener", finding.ours, finding.text,
                              "set listening = \"arm\", or point the board at us with its own software"));
    steps.push_back(test_step("event port", pushes_.is_open(),
                              pushes_.is_open() ? fmt::format("UDP {} is open", session_.config.listen_port)
                                                : pushes_.why(),
                              "give each board a listen_port of its own that nothing else uses"));
}

} // namespace gatehouse::uhppote
