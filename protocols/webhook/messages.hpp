#pragma once
#include "gateway/base/secret.hpp"
#include "gateway/notify/channel.hpp"
#include "protocols/net/post_box.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a receiver by the rules of Standard Webhooks is sent and what its answers mean (staff-notify.md §5).
// Pure.
namespace gatehouse::webhook {

// The key itself from "whsec_…": 24 to 64 bytes, or nothing.
[[nodiscard]] std::optional<base::Secret> decode_secret(std::string_view written);

// "v1,…" for each key, parted by blanks. Signed are the bytes that are sent.
[[nodiscard]] std::string signatures(const std::vector<base::Secret>& keys, const std::string& id,
                                     std::int64_t timestamp, std::string_view body);

[[nodiscard]] std::string body_of(const notify::Notification& notification, const model::Names& names);

// An answer that came. total.
[[nodiscard]] notify::Verdict judge(const net::Posted& answer, base::WallTime now);

} // namespace gatehouse::webhook
