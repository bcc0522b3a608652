#pragma once
#include "gateway/cli/offline_answer.hpp"

namespace gatehouse::cli {

// What `explain plate` asks.
struct PlateQuestion {
    std::string plate;
    std::string lane; // empty: every lane where plates are read
    std::string at;   // RFC 3339; empty: now
};

using PlateAnswer = OfflineAnswer;

} // namespace gatehouse::cli
