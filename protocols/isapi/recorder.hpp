#pragma once
#include "protocols/net/recorder.hpp"

namespace gatehouse::isapi {

using net::Recorder;

} // namespace gatehouse::isapi
