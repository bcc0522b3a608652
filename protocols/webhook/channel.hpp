#pragma once
#include "gateway/notify/channel.hpp"

namespace gatehouse::webhook {

// A receiver of posts that are signed by the rules of Standard Webhooks (staff-notify.md §5). A row of the
// registry; the README lists the keys.
[[nodiscard]] std::unique_ptr<notify::Channel>
make_channel(const config::NotifyConfig& notify, config::Table table, notify::ChannelContext context);

// Checks the keys of one [[notify]] with protocol = "webhook"; issues go through the table.
void check_config(const config::NotifyConfig& notify, config::Table& table);

} // namespace gatehouse::webhook
