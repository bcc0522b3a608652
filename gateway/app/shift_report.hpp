#pragma once
#include "gateway/app/parts.hpp"

namespace gatehouse::app {

// What happened since the last handover, or since that time, as a JSON document: who passed, what was opened
// by hand, alerts and devices that were lost. `sees_lane`: of these lanes alone, where it is about one.
[[nodiscard]] asio::awaitable<base::Result<std::string>>
shift_report(Parts& parts, std::optional<base::WallTime> since,
             std::function<bool(const std::string&)> sees_lane);

} // namespace gatehouse::app
