#include "protocols/onvif/clock_keeper.hpp"

#include "gateway/base/time_text.hpp"

namespace gatehouse::onvif {

using namespace std::chrono_literals;

namespace {

constexpr auto try_again_after = 24h; // a clock that does not stay set is not written to for ever
constexpr auto tolerated = 2s;

} // namespace

// Empty: it may be set.
std::string ClockKeeper::why_not(const DeviceTime& time) const
{
    const auto& synced = session_.context.clock_synced;
    if (synced && !synced()) return "our own clock is not kept by a time service, so it may be the wrong one";
    if (time.mode == "NTP" && !session_.config.take_over_clock)
        return "it follows a time server; correct that one, or configure clock = \"take-over\"";
    return {};
}

asio::awaitable<std::string> ClockKeeper::correct()
{
    tried_at_ = session_.context.clock.now();
    const auto before = co_await session_.measure_clock();
    if (!before) co_return std::string("the device tells no time");
    const bool follows = before->mode == "NTP" && !session_.config.take_over_clock;
    if (follows && session_.clock.trusted()) co_return std::string(); // nothing to correct
    auto reason = why_not(*before);
    if (!reason.empty()) co_return reason;
    const auto now = session_.context.clock.wall() + 500ms; // to whole seconds
    auto message = set_time(now, *before);
    const auto written = co_await session_.order(ns::tds, std::move(message));
    auto detail = before->mode + " " + base::format_time(before->utc, 0min) + " becomes Manual " +
                  base::format_time(now, 0min) + ", zone " + before->zone + " is kept";
    auto result = written.ok() ? std::string("ok") : written.why();
    co_await session_.audit("clock", std::move(detail), std::move(result));
    if (!written.ok()) co_return written.why();
    const auto after = co_await session_.measure_clock();
    if (!after) co_return std::string("the device's clock cannot be read back");
    const bool set = std::chrono::abs(*session_.clock.offset()) <= tolerated;
    co_await session_.report_clock(set);
    co_return set ? std::string() : std::string("the device said OK but its clock is still wrong");
}

asio::awaitable<void> ClockKeeper::run()
{
    for (;;) {
        const auto now = session_.context.clock.now();
        const bool due = !tried_at_ || now - *tried_at_ >= try_again_after;
        if (session_.config.correct_clock && !session_.clock.trusted() && due) {
            const auto why = co_await correct();
            if (!why.empty()) session_.tell_once("clock", "device clock not corrected", why);
        }
        co_await session_.context.clock.sleep_for(session_.config.clock_every);
        co_await session_.measure_clock();
    }
}

} // namespace gatehouse::onvif
