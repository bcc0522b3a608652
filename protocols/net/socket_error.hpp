#pragma once
#include "gateway/base/errc.hpp"

namespace gatehouse::net {

// The peer's ways of hanging up become Errc::closed; everything else stays what it is.
[[nodiscard]] base::error_code as_closed(base::error_code reason) noexcept;

} // namespace gatehouse::net
