#include "protocols/webhook-in/webhook_driver.hpp"

#include "protocols/net/record_for.hpp"
#include "protocols/webhook-in/explain.hpp"

#include <fmt/format.h>

namespace gatehouse::webhook_in {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using device::test_step;
using device::TestStep;
using model::LinkState;

namespace {

std::string seconds_text(std::chrono::nanoseconds span)
{
    return fmt::format("{} s", std::chrono::duration_cast<std::chrono::seconds>(span).count());
}

// Whole half-hours away: not a wrong clock but a wrong zone.
bool is_zone_mistake(std::chrono::milliseconds offset)
{
    const auto away = std::chrono::abs(offset);
    const auto rest = away % 30min;
    return away > 25min && away < 15h && (rest < 1min || rest > 29min);
}

} // namespace

WebhookDriver::WebhookDriver(Config config, device::DriverContext context)
    : session_(std::move(config), std::move(context)), desk_(session_)
{
}

asio::awaitable<void> WebhookDriver::run()
{
    session_.delivery.open();
    co_await session_.run_until_stopped(watch());
}

// Nobody is connected to: only silence tells that the device is gone.
asio::awaitable<void> WebhookDriver::watch()
{
    const auto& clock = session_.context.clock;
    const auto begun = clock.now();
    for (;;) {
        const auto limit = session_.config.silent_after;
        if (limit == 0ms) {
            co_await session_.news.wait();
            continue;
        }
        const auto since = session_.heard_at.value_or(begun);
        if (clock.now() - since < limit) {
            co_await session_.context.clock.sleep_until(since + limit);
            continue;
        }
        auto why = session_.why_not_live();
        if (why.empty())
            why = "no post has come for " + seconds_text(clock.now() - since) +
                  ": check the device's power, cable and the address that it posts to";
        co_await session_.set_link(LinkState::silent, std::move(why));
        co_await session_.news.wait();
    }
}

asio::awaitable<device::PushReply> WebhookDriver::on_push(device::PushRequest request)
{
    return desk_.take(std::move(request));
}

asio::awaitable<model::Outcome> WebhookDriver::execute(model::Command /*command*/)
{
    model::Outcome out;
    out.status = model::Status::rejected;
    out.code = "unsupported";
    out.text = "a device that only posts takes no orders; connect its gate or door through a relay board";
    out.at = session_.context.clock.wall();
    co_return out;
}

asio::awaitable<std::vector<TestStep>> WebhookDriver::self_test()
{
    const auto& session = session_;
    std::vector<TestStep> steps;
    const auto now = session.context.clock.now();
    const bool heard = session.heard_at.has_value();
    const bool late =
        heard && session.config.silent_after > 0ms && now - *session.heard_at > session.config.silent_after;
    steps.push_back(test_step(
        "posts arrive", heard && !late,
        heard ? "the last came " + seconds_text(now - *session.heard_at) + " ago"
              : std::string("none has come since the start"),
        fmt::format("let the device post to http://{}:{}/push/{} and raise an event at it",
                    session.context.listener_host.empty() ? "ADDRESS" : session.context.listener_host,
                    session.context.listener_port, session.config.id)));
    const bool proven = !session.credentials.stands();
    steps.push_back(test_step("credentials", proven,
                              proven ? std::string("no post is turned away") : session.credentials.text,
                              "enter the same secret at both ends, in the form that auth says"));
    const bool understood = !session.mapping.stands();
    steps.push_back(
        test_step("mapping", understood && session.events > 0,
                  !understood           ? session.mapping.text
                  : session.events == 0 ? std::string("no event was understood yet")
                                        : fmt::format("{} events understood", session.events),
                  "record with `device capture`, correct [[device.event]], and try with `device replay`"));
    const auto offset = session.clock.offset();
    const bool timely = !session.timing.stands();
    steps.push_back(test_step("clock", timely && (!offset || session.clock.trusted()),
                              !timely  ? session.timing.text
                              : offset ? fmt::format("{} ms away from ours", offset->count())
                                       : std::string("the posts do not say when they were sent"),
                              offset && is_zone_mistake(*offset)
                                  ? "whole half-hours away: set zone or epoch under [device.body]"
                                  : "let the device follow a time server"));
    co_return steps;
}

device::DeviceStatus WebhookDriver::status() const
{
    auto status = session_.status;
    status.facts["events understood"] = std::to_string(session_.events);
    if (session_.mapping.stands()) status.facts["last refusal"] = session_.mapping.text;
    if (session_.credentials.stands()) status.facts["last turned away"] = session_.credentials.text;
    if (session_.timing.stands()) status.facts["only recorded"] = session_.timing.text;
    return status;
}

std::vector<std::string> WebhookDriver::replay(std::string_view bytes)
{
    return explain_bytes(bytes, session_.config.mapping, session_.context.utc_offset);
}

asio::awaitable<base::Result<std::string>> WebhookDriver::capture(std::chrono::seconds span)
{
    co_return co_await net::record_for(session_.recorder, session_.context.clock, span);
}

} // namespace gatehouse::webhook_in
