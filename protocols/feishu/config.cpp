#include "protocols/feishu/config.hpp"

#include "protocols/net/post_config.hpp"

namespace gatehouse::feishu {

Config read_config(config::Table& table)
{
    Config config;
    config.address = net::read_post_address(table);
    const auto& path = config.address.path.expose();
    if (!path.empty() && path.find("/hook/") == std::string::npos)
        table.issue("url", "is no bot's address; copy the whole address from the group's settings");
    config.secret = table.secret("secret").value_or(base::Secret{});
    config.keyword = table.text("keyword");
    return config;
}

} // namespace gatehouse::feishu
