#pragma once
#include "protocols/zkteco/event_map.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::zkteco {

// What a recording of a device would have become, one line a part: for `device replay`. Takes a recording of
// ours, or the bare body of a post. No person, card or name appears in it. total: any bytes. Pure.
[[nodiscard]] std::vector<std::string> explain_bytes(std::string_view bytes, const Reading& reading);

} // namespace gatehouse::zkteco
