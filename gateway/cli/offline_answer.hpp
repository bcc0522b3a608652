#pragma once
#include <string>

namespace gatehouse::cli {

// What configuration and store say, when no daemon is asked.
struct OfflineAnswer {
    int code = 0;
    std::string document; // as the API gives it
    std::string problem;  // one sentence when the code is not 0
};

} // namespace gatehouse::cli
