#include "protocols/webhook/channel.hpp"

#include "protocols/webhook/webhook_channel.hpp"

namespace gatehouse::webhook {

std::unique_ptr<notify::Channel> make_channel(const config::NotifyConfig&, config::Table table,
                                              notify::ChannelContext context)
{
    return std::make_unique<WebhookChannel>(read_config(table), context);
}

void check_config(const config::NotifyConfig&, config::Table& table)
{
    (void)read_config(table); // only the issues matter here
}

} // namespace gatehouse::webhook
