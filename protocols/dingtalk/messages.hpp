#pragma once
#include "gateway/base/secret.hpp"
#include "gateway/notify/channel.hpp"

#include <string>
#include <string_view>

// What a DingTalk custom robot is sent and what it answers (staff-notify.md §1). Pure.
namespace gatehouse::dingtalk {

// base64 of the signature of a moment; its milliseconds are part of what is signed.
[[nodiscard]] std::string sign(std::string_view secret, base::WallTime at);
// "&timestamp=…&sign=…", encoded once: for behind the access token.
[[nodiscard]] std::string signed_query(const base::Secret& secret, base::WallTime at);

// A markdown message. A keyword that the group demands and the headline lacks is put before it.
[[nodiscard]] std::string body_of(const notify::Notification& notification, const std::string& keyword);

struct Answer {
    notify::Verdict verdict;
    bool untimely = false; // refused for the time of the signature: the clock may explain it
};
// total.
[[nodiscard]] Answer judge(unsigned status, std::string_view body);

} // namespace gatehouse::dingtalk
