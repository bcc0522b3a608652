#include "protocols/dingtalk/channel.hpp"

#include "protocols/dingtalk/dingtalk_channel.hpp"

namespace gatehouse::dingtalk {

std::unique_ptr<notify::Channel> make_channel(const config::NotifyConfig&, config::Table table,
                                              notify::ChannelContext context)
{
    return std::make_unique<DingTalkChannel>(read_config(table), context);
}

void check_config(const config::NotifyConfig&, config::Table& table)
{
    (void)read_config(table); // only the issues matter here
}

} // namespace gatehouse::dingtalk
