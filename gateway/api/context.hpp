#pragma once
#include "gateway/api/services.hpp"

namespace gatehouse::api {

// What every resource may use.
struct Context {
    Services services;
    base::Clock& clock;
};

} // namespace gatehouse::api
