#include "protocols/wecom/channel.hpp"

#include "protocols/wecom/wecom_channel.hpp"

namespace gatehouse::wecom {

std::unique_ptr<notify::Channel> make_channel(const config::NotifyConfig&, config::Table table,
                                              notify::ChannelContext context)
{
    return std::make_unique<WeComChannel>(read_config(table), context);
}

void check_config(const config::NotifyConfig&, config::Table& table)
{
    (void)read_config(table); // only the issues matter here
}

} // namespace gatehouse::wecom
