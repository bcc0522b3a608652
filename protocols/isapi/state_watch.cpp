#include "protocols/isapi/state_watch.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::isapi {

using namespace std::chrono_literals;
using model::BarrierPosition;

namespace {

// A boom goes up and down within seconds. Missed between two regular looks it is taken for stuck, and a guard
// sees it where it was a minute ago.
constexpr std::chrono::milliseconds closely = 2s;
constexpr auto rises_within = 15s; // after a car that the device may let through by itself
constexpr auto falls_within = 60s; // later than that somebody holds it open

} // namespace

asio::awaitable<void> StateWatch::run()
{
    while (session_.config.state_every.count() == 0)
        co_await session_.context.clock.sleep_for(1h);
    for (;;) {
        const auto begun = session_.context.clock.now();
        co_await look();
        while (session_.context.clock.now() < begun + pause())
            co_await session_.context.clock.wait(session_.moved, begun + pause());
    }
}

std::chrono::milliseconds StateWatch::pause() const
{
    const auto now = session_.context.clock.now();
    const bool tells = !session_.seen_barriers.empty(); // else its position is not wired
    const bool rises = tells && session_.let_through_at && now < *session_.let_through_at + rises_within;
    const bool falls =
        std::any_of(session_.seen_barriers.begin(), session_.seen_barriers.end(), [now](const auto& one) {
            return one.second.position == BarrierPosition::open && now < one.second.at + falls_within;
        });
    return rises || falls ? std::min(closely, session_.config.state_every) : session_.config.state_every;
}

asio::awaitable<void> StateWatch::look()
{
    if (session_.config.has_doors()) co_await doors_.look();
    if (!session_.config.has_barrier()) co_return;
    for (int output = 1; output <= session_.config.outputs; ++output) {
        const auto position = co_await commands_.barrier_position(output);
        co_await session_.found_barrier(output, position);
    }
}

asio::awaitable<void> StateWatch::forget()
{
    const auto barriers = std::exchange(session_.seen_barriers, {});
    for (const auto& [output, seen] : barriers) {
        model::BarrierMoved body{output, BarrierPosition::unknown};
        co_await session_.report(std::move(body));
    }
    co_await doors_.forget();
}

} // namespace gatehouse::isapi
