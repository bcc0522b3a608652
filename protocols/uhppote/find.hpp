#pragma once
#include "gateway/device/find_method.hpp"

namespace gatehouse::uhppote {

// Function 94 as a broadcast: each board answers who it is, some only after two seconds. Broadcasts leave
// neither the network nor a container's bridge.
extern const device::FindMethod find_boards;

} // namespace gatehouse::uhppote
