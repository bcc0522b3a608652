#include "protocols/isapi/state_watch.hpp"

namespace gatehouse::isapi {

asio::awaitable<void> StateWatch::run()
{
    const auto every = session_.config.state_every;
    for (;;) {
        if (every.count() > 0 && session_.config.has_barrier()) co_await look(1);
        co_await session_.context.clock.sleep_for(every.count() > 0 ? every
                                                                    : std::chrono::milliseconds(3'600'000));
    }
}

asio::awaitable<void> StateWatch::look(int output)
{
    // An event may have told the position meanwhile.
    if (const auto seen = session_.seen_barriers.find(output); seen != session_.seen_barriers.end())
        known_[output] = seen->second.position;
    const auto position = co_await commands_.barrier_position(output);
    if (position == model::BarrierPosition::unknown) co_return;
    auto& known = known_.try_emplace(output, model::BarrierPosition::unknown).first->second;
    if (known == position) co_return;
    known = position;
    session_.seen_barriers[output] = {position, session_.context.clock.now()};
    model::BarrierMoved body{output, position};
    co_await session_.report(std::move(body));
}

} // namespace gatehouse::isapi
