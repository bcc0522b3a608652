#pragma once
#include "gateway/device/find_method.hpp"

namespace gatehouse::dahua {

// DHDiscover (sheet §7): asks the multicast group who is there. Devices answer to the port that asked.
extern const device::FindMethod find_method;

} // namespace gatehouse::dahua
