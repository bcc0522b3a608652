#include "protocols/isapi/isapi_driver.hpp"

#include <fmt/format.h>

namespace gatehouse::isapi {

using device::test_step;
using device::TestStep;

asio::awaitable<std::vector<TestStep>> IsapiDriver::self_test()
{
    std::vector<TestStep> steps;
    auto check = co_await session_.get("/ISAPI/Security/userCheck");
    const bool reached =
        !check.error || check.error == base::Errc::unauthorised || check.error == base::Errc::locked_out;
    steps.push_back(test_step(
        "reachable", reached,
        reached ? fmt::format("{}:{} answers", session_.config.target.host, session_.config.target.port)
                : check.why(),
        "check cable, power and the address in the configuration"));
    if (!reached) co_return steps;
    steps.push_back(
        test_step("password", !check.error, check.error ? check.why() : "accepted",
                  "correct user name and password; wait until the device unlocks us, do not try often"));
    if (check.error) co_return steps;

    auto refused = co_await identify();
    steps.push_back(
        test_step("model", refused.empty() && !session_.info.model.empty(),
                  session_.info.model.empty() ? refused : session_.info.model + " " + session_.info.firmware,
                  "make sure that this is an ISAPI device"));
    const auto clock = co_await clock_.measure();
    const bool in_time = clock.ok() && session_.clock.trusted();
    steps.push_back(
        test_step("clock", in_time,
                  clock.ok() ? fmt::format("{} ms away from ours", session_.clock.offset_ms().value_or(0))
                             : clock.why(),
                  "set the device's time server, or run device-sync"));
    if (session_.config.pull) {
        auto stream = co_await test_stream();
        steps.push_back(std::move(stream));
    }
    if (session_.config.accept) {
        std::string finding;
        const auto hosts = co_await listening_.look(finding);
        steps.push_back(test_step(
            "push entry", hosts.ok(), hosts.ok() ? finding : hosts.why(),
            "the device has no HTTP listening, or its user may not read it; set mode = \"stream\""));
    }
    co_await test_outputs(steps);
    if (session_.config.has_record_log()) {
        const auto log = co_await backfill_.probe();
        steps.push_back(test_step("record log", log.ok(), log.ok() ? "readable" : log.why(),
                                  "give the user the right to search records, or set backfill = false"));
    }
    co_return steps;
}

asio::awaitable<TestStep> IsapiDriver::test_stream()
{
    const std::string remedy = "close other programs that hold the event stream; some models allow few";
    if (stream_) co_return test_step("event stream", true, "open", remedy);
    AlertStream stream(session_);
    const auto opened = co_await stream.open();
    co_return test_step("event stream", opened.has_value(), opened ? "opens" : stream.refusal(), remedy);
}

asio::awaitable<void> IsapiDriver::test_outputs(std::vector<TestStep>& steps)
{
    for (int output = 1; session_.config.has_barrier() && output <= session_.config.outputs; ++output) {
        const auto position = co_await commands_.barrier_position(output);
        const bool known = position != model::BarrierPosition::unknown;
        // Not a failure: most sites do not wire the position, and nothing else is safe to try.
        steps.push_back(test_step(
            output == 1 ? std::string("barrier") : fmt::format("barrier {}", output), true,
            known ? "its position is readable" : "commands will not be confirmed: no position", ""));
    }
    if (!session_.config.has_doors()) co_return;
    const auto doors = co_await capabilities_.doors();
    steps.push_back(test_step("door", doors.has_value(),
                              doors ? fmt::format("doors {} to {}", doors->doors_min, doors->doors_max)
                                    : doors.error().message(),
                              "give the user the right for remote control of doors"));
}

} // namespace gatehouse::isapi
