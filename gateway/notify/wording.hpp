#pragma once
#include "gateway/notify/pending.hpp"

#include <string>

namespace gatehouse::notify {

// What people read (Chinese), masked. Who is called is not said here.
[[nodiscard]] Notification news_message(const Pending& pending, std::chrono::minutes utc_offset);
// "另有12条告警（3分钟内）" and the sentences that occur most.
[[nodiscard]] Notification digest_message(const Parcel& parcel, std::chrono::minutes utc_offset);

// That the channel works; nobody has to do anything. `who` has it sent.
[[nodiscard]] Notification test_message(const std::string& who, base::WallTime now,
                                        std::chrono::minutes utc_offset);

// By which people recognise a repeat: the end of the alert's id, because its beginning is the same for all
// alerts of a quarter of an hour.
[[nodiscard]] std::string short_id(const std::string& alert_id);

} // namespace gatehouse::notify
