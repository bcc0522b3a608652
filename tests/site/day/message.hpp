#pragma once
#include "gateway/base/clock.hpp"

#include <string>

namespace gatehouse::site::day {

// What staff have read in one of their groups.
struct Message {
    base::WallTime at{};
    std::string host; // of the group
    std::string title;
};

// The headline in the body of a post to DingTalk, WeCom or Feishu.
[[nodiscard]] std::string headline_in(const std::string& body);

} // namespace gatehouse::site::day
