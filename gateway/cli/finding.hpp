#pragma once
#include <string>

namespace gatehouse::cli {

// One thing the doctor looked at, how it is, and one remedy when it is not well.
struct Finding {
    std::string what;
    bool ok = true;
    std::string detail;
    std::string remedy;
    bool warns = false; // well today, and not for long
};

} // namespace gatehouse::cli
