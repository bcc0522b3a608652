#pragma once

// What the executable ends with, beside 0.
namespace gatehouse::app::exit_code {

inline constexpr int failure = 1;
inline constexpr int bad_configuration = 78; // EX_CONFIG of sysexits.h

} // namespace gatehouse::app::exit_code
