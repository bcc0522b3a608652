#pragma once
#include "gateway/base/errc.hpp"

#include <string>
#include <string_view>

namespace gatehouse::vision {

// What the daemon wants of the answer to the question `plate_check` (README.md).
struct PlateVerdict {
    std::string verdict; // same | differs | not_readable
    std::string reason;
    std::string text; // what the picture says
};

// Errors: bad_input. total.
[[nodiscard]] base::Result<PlateVerdict> parse_verdict(std::string_view text);

} // namespace gatehouse::vision
