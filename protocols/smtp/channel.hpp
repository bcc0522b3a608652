#pragma once
#include "gateway/notify/channel.hpp"

namespace gatehouse::smtp {

// Mails to a list of people through a mail server (staff-notify.md §4). A row of the
// registry; the README lists the keys.
[[nodiscard]] std::unique_ptr<notify::Channel>
make_channel(const config::NotifyConfig& notify, config::Table table, notify::ChannelContext context);

// Checks the keys of one [[notify]] with protocol = "smtp"; issues go through the table.
void check_config(const config::NotifyConfig& notify, config::Table& table);

} // namespace gatehouse::smtp
