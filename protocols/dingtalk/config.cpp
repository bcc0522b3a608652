#include "protocols/dingtalk/config.hpp"

#include "protocols/net/post_config.hpp"

namespace gatehouse::dingtalk {

Config read_config(config::Table& table)
{
    Config config;
    config.address = net::read_post_address(table);
    const auto& path = config.address.path.expose();
    if (!path.empty() && path.find("access_token=") == std::string::npos)
        table.issue("url", "holds no access_token; copy the robot's whole address from the group's settings");
    config.secret = table.secret("secret").value_or(base::Secret{});
    if (!config.secret.empty() && !config.secret.expose().starts_with("SEC"))
        table.issue("secret", "is no secret of a robot; right would be the text that begins with SEC");
    config.keyword = table.text("keyword");
    return config;
}

} // namespace gatehouse::dingtalk
