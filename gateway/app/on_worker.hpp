#pragma once
#include "gateway/base/asio.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <type_traits>
#include <utility>

namespace gatehouse::app {

template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> run_whole(Work work)
{
    co_return work();
}

// Does on the worker what would hold up the io thread, such as work on files, and comes back with its result.
template <class Work>
asio::awaitable<std::invoke_result_t<Work&>> on_worker(asio::any_io_executor worker, Work work)
{
    auto whole = run_whole(std::move(work));
    co_return co_await asio::co_spawn(std::move(worker), std::move(whole), asio::use_awaitable);
}

} // namespace gatehouse::app
