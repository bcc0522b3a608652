#include "protocols/wecom/config.hpp"

#include "protocols/net/post_config.hpp"

namespace gatehouse::wecom {

Config read_config(config::Table& table)
{
    Config config;
    config.address = net::read_post_address(table);
    const auto& path = config.address.path.expose();
    if (!path.empty() && path.find("key=") == std::string::npos)
        table.issue("url", "holds no key; copy the robot's whole address from the group's settings");
    return config;
}

} // namespace gatehouse::wecom
