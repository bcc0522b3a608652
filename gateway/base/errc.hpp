#pragma once
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <type_traits>

namespace gatehouse::base {

// Every expected failure of the gateway's own code. Failures of the operating system and of libraries keep
// their own category; both travel as error_code in a Result.
enum class Errc {
    timed_out = 1,
    closed,
    unreachable,
    bad_input,
    too_large,
    overloaded,
    not_found,
    already_exists,
    unauthorised,
    locked_out,
    untrusted,
    unsupported,
    busy,
    expired,
    conflict,
    unavailable,
    damaged,
    disk_full,
    cancelled,
    failed,
};

using error_code = boost::system::error_code;

[[nodiscard]] const boost::system::error_category& gatehouse_category() noexcept;
[[nodiscard]] error_code make_error_code(Errc code) noexcept;

// A value or the reason why there is none.
template <class T>
using Result = boost::system::result<T, error_code>;

} // namespace gatehouse::base

template <>
struct boost::system::is_error_code_enum<gatehouse::base::Errc> : std::true_type {
};
