#pragma once
#include "gateway/device/find_method.hpp"

namespace gatehouse::onvif {

// WS-Discovery (sheet §2): every ONVIF device answers to it, also those that have a better language.
extern const device::FindMethod ws_discovery;

} // namespace gatehouse::onvif
