#pragma once
#include <exception>

namespace gatehouse::base {

// Whether an exception is how Asio carries cancellation: operation_aborted, or several of them at once when
// both sides of an || or && were cancelled. Everything else is a fault.
[[nodiscard]] bool is_cancellation(const std::exception_ptr& failure);

} // namespace gatehouse::base
