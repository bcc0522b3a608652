#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"

namespace gatehouse::base {

// Runs `work` for at most `limit`, then cancels it, waits for its end and answers Errc::timed_out.
template <class T>
asio::awaitable<Result<T>> with_timeout(Clock& clock, std::chrono::nanoseconds limit,
                                        asio::awaitable<Result<T>> work)
{
    using namespace asio::experimental::awaitable_operators;
    auto outcome = co_await (std::move(work) || clock.sleep_for(limit));
    if (outcome.index() == 1) co_return Errc::timed_out;
    co_return std::move(std::get<0>(outcome));
}

} // namespace gatehouse::base
