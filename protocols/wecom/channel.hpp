#pragma once
#include "gateway/notify/channel.hpp"

namespace gatehouse::wecom {

// A group robot of WeCom (staff-notify.md §2). A row of the registry; the README lists the keys.
[[nodiscard]] std::unique_ptr<notify::Channel>
make_channel(const config::NotifyConfig& notify, config::Table table, notify::ChannelContext context);

// Checks the keys of one [[notify]] with protocol = "wecom"; issues go through the table.
void check_config(const config::NotifyConfig& notify, config::Table& table);

} // namespace gatehouse::wecom
