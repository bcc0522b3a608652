#include "protocols/isapi/state_watch.hpp"

#include <utility>

namespace gatehouse::isapi {

using model::BarrierPosition;

asio::awaitable<void> StateWatch::run()
{
    const auto every = session_.config.state_every;
    for (;;) {
        if (every.count() > 0) co_await look();
        co_await session_.context.clock.sleep_for(every.count() > 0 ? every
                                                                    : std::chrono::milliseconds(3'600'000));
    }
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
