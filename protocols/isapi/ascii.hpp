#pragma once
#include "protocols/wire/ascii.hpp"

namespace gatehouse::isapi {

namespace ascii = wire::ascii;

} // namespace gatehouse::isapi
