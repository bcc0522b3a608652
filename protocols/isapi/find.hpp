#pragma once
#include "gateway/device/find_method.hpp"

namespace gatehouse::isapi {

// SADP: devices answer an inquiry to the multicast group, and their answers come to the group, too (sheet
// §1). Also those that have no address of the site's network yet answer.
extern const device::FindMethod find_cameras;

} // namespace gatehouse::isapi
