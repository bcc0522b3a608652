#pragma once
#include "gateway/notify/channel.hpp"

#include <string>
#include <string_view>

// What a WeCom group robot is sent and what it answers (staff-notify.md §2). Pure.
namespace gatehouse::wecom {

// Limits of the content, in bytes.
inline constexpr std::size_t markdown_max = 4096;
inline constexpr std::size_t text_max = 2048;

// A markdown message; a text message when somebody is to be called by his mobile, because only that one can.
[[nodiscard]] std::string body_of(const notify::Notification& notification);
// total.
[[nodiscard]] notify::Verdict judge(unsigned status, std::string_view body);

} // namespace gatehouse::wecom
