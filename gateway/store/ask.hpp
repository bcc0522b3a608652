#pragma once
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/wakeup.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace gatehouse::store {

// How far a piece of work that runs in steps has come.
enum class Progress { more, done };

// What one waiting coroutine gets. Lives on the io thread; a pool only carries the pointer.
template <class T>
struct Answer {
    explicit Answer(const asio::any_io_executor& io) : given(io) {}

    void give(base::Result<T> what)
    {
        result = std::move(what);
        given.notify();
    }

    std::optional<base::Result<T>> result;
    base::Wakeup given;
};

// Throws operation_aborted when the awaiting coroutine is cancelled.
template <class T>
asio::awaitable<base::Result<T>> wait_for(std::shared_ptr<Answer<T>> answer)
{
    while (!answer->result)
        co_await answer->given.wait();
    co_return std::move(*answer->result);
}

// Runs `work` on the pool and resumes on io with what it returned. `work` throws nothing and touches only
// what belongs to the pool's thread.
template <class T>
asio::awaitable<base::Result<T>> ask(asio::any_io_executor io, asio::thread_pool& pool,
                                     std::function<base::Result<T>()> work)
{
    auto answer = std::make_shared<Answer<T>>(io);
    asio::post(pool, [io, answer, work = std::move(work)]() mutable {
        auto result = work();
        asio::post(io, [answer = std::move(answer), result = std::move(result)]() mutable {
            answer->give(std::move(result));
        });
    });
    co_return co_await wait_for(std::move(answer));
}

} // namespace gatehouse::store
