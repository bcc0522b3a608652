#pragma once
#include "gateway/base/asio.hpp"

#include <exception>

namespace gatehouse::base {

// Whether an exception is how Asio carries cancellation: operation_aborted, or several of them at once when
// both sides of an || or && were cancelled. Everything else is a fault.
[[nodiscard]] bool is_cancellation(const std::exception_ptr& failure);

// Leaves as cancellation does when the calling coroutine has been cancelled: for an operation of which the
// system reports an error of its own in that case.
asio::awaitable<void> throw_if_cancelled();

} // namespace gatehouse::base
