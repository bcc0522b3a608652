#pragma once
#include "gateway/base/secret.hpp"
#include "gateway/notify/channel.hpp"

#include <string>
#include <string_view>

// What a Feishu custom bot is sent and what it answers (staff-notify.md §3). Pure.
namespace gatehouse::feishu {

// base64 of the signature of a second. The text to be signed is the key, and the message is empty.
[[nodiscard]] std::string sign(std::string_view secret, base::WallTime at);

// A card; with signature and its time when there is a secret.
[[nodiscard]] std::string body_of(const notify::Notification& notification, const std::string& keyword,
                                  const base::Secret& secret, base::WallTime at);

struct Answer {
    notify::Verdict verdict;
    bool untimely = false; // refused for signature or time: the clock may explain it
};
// total.
[[nodiscard]] Answer judge(unsigned status, std::string_view body);

} // namespace gatehouse::feishu
