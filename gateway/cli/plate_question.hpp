#pragma once
#include <string>

namespace gatehouse::cli {

// What `explain plate` asks.
struct PlateQuestion {
    std::string plate;
    std::string lane; // empty: every lane where plates are read
    std::string at;   // RFC 3339; empty: now
};

// The answer of configuration and store, when no daemon is asked.
struct PlateAnswer {
    int code = 0;
    std::string document; // as GET /api/v1/explain gives it
    std::string problem;  // one sentence when the code is not 0
};

} // namespace gatehouse::cli
