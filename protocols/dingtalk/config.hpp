#pragma once
#include "gateway/base/secret.hpp"
#include "gateway/notify/channel.hpp"
#include "protocols/net/post_box.hpp"

#include <string>

namespace gatehouse::dingtalk {

// The keys of one [[notify]] with protocol = "dingtalk"; the README lists them.
struct Config {
    net::PostAddress address; // with the access token in its query
    base::Secret secret;      // SEC…; empty: the group's security setting is another one
    std::string keyword;      // that the group demands in every message
};

// Reads the table, reporting every issue through it.
[[nodiscard]] Config read_config(config::Table& table);

} // namespace gatehouse::dingtalk
