#pragma once
#include "gateway/notify/channel.hpp"

namespace gatehouse::feishu {

// A custom bot of a Feishu or Lark group (staff-notify.md §3). A row of the registry; the README lists the
// keys.
[[nodiscard]] std::unique_ptr<notify::Channel>
make_channel(const config::NotifyConfig& notify, config::Table table, notify::ChannelContext context);

// Checks the keys of one [[notify]] with protocol = "feishu"; issues go through the table.
void check_config(const config::NotifyConfig& notify, config::Table& table);

} // namespace gatehouse::feishu
