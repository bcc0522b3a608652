#pragma once
#include <exception>
#include <string>

namespace gatehouse::device {

// What an exception that a driver let escape says of itself, for the log and the device's status.
[[nodiscard]] std::string fault_text(const std::exception_ptr& fault);

} // namespace gatehouse::device
