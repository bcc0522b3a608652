#include "protocols/onvif/onvif_driver.hpp"

#include <fmt/format.h>

namespace gatehouse::onvif {

using device::test_step;
using device::TestStep;

namespace {

constexpr auto clock_remedy = "run device-sync, or set clock = \"correct\"; a wrong clock makes many devices "
                              "refuse the right password";

} // namespace

asio::awaitable<std::vector<TestStep>> OnvifDriver::self_test()
{
    std::vector<TestStep> steps;
    const auto time = co_await session_.measure_clock();
    const bool there = session_.unreachable().empty();
    steps.push_back(test_step("reachable", there, there ? "the device answers" : session_.unreachable(),
                              "check cable, power, address and port, and that ONVIF is switched on"));
    if (!there) co_return steps;
    const auto offset = session_.clock.offset();
    steps.push_back(test_step("clock", time && session_.clock.trusted(),
                              time && offset ? fmt::format("{} ms away from ours", offset->count())
                                             : std::string("the device tells no time"),
                              clock_remedy));
    auto question = request(ns::tds, "GetDeviceInformation");
    auto answer = co_await session_.ask(ns::tds, std::move(question));
    steps.push_back(test_step("log-in", answer.ok(), answer.ok() ? "accepted" : answer.why(),
                              "make an ONVIF user on the device, with the password of the configuration"));
    if (!answer.ok()) co_return steps;
    question = get_services();
    answer = co_await session_.ask(ns::tds, std::move(question));
    const auto services = answer.ok() ? read_services(answer.body()) : session_.services;
    const bool events = services.contains(ns::tev) || session_.offers(ns::tev);
    steps.push_back(test_step("event service", events, events ? "offered" : "the device names none",
                              "update the firmware, or take the device's own language"));
    const bool up = session_.status.link == model::LinkState::up;
    steps.push_back(test_step("events", up, up ? "pulls are answered" : session_.status.why,
                              "end other programs that subscribe to this device, or restart it"));
    if (session_.config.controller)
        steps.push_back(test_step(
            "doors", !session_.names.doors.empty(), fmt::format("{} doors", session_.names.doors.size()),
            "the device offers no door service (Profile C); name a relay output instead"));
    co_await test_pictures(steps);
    co_await camera_.test(steps);
    co_return steps;
}

asio::awaitable<void> OnvifDriver::test_pictures(std::vector<TestStep>& steps)
{
    const auto got = co_await fetch_picture();
    if (got.error() == base::Errc::unsupported) co_return;
    const bool fetched = got && got->status == 200 && !got->body.empty();
    std::string detail = got ? fmt::format("the device answered {}", got->status) : got.error().message();
    if (fetched) detail = fmt::format("{} bytes", got->body.size());
    steps.push_back(
        test_step("snapshot", fetched, std::move(detail),
                  "give the ONVIF user the right to see pictures; some devices want the web user here"));
}

} // namespace gatehouse::onvif
