#include "protocols/feishu/channel.hpp"

#include "protocols/feishu/feishu_channel.hpp"

namespace gatehouse::feishu {

std::unique_ptr<notify::Channel> make_channel(const config::NotifyConfig&, config::Table table,
                                              notify::ChannelContext context)
{
    return std::make_unique<FeishuChannel>(read_config(table), context);
}

void check_config(const config::NotifyConfig&, config::Table& table)
{
    (void)read_config(table); // only the issues matter here
}

} // namespace gatehouse::feishu
