#pragma once
#include "gateway/base/secret.hpp"
#include "gateway/notify/channel.hpp"
#include "protocols/net/post_box.hpp"

#include <string>

namespace gatehouse::feishu {

// The keys of one [[notify]] with protocol = "feishu"; the README lists them.
struct Config {
    net::PostAddress address; // with the token in its path
    base::Secret secret;      // empty: the bot asks for no signature
    std::string keyword;      // that the bot demands in every message
};

// Reads the table, reporting every issue through it.
[[nodiscard]] Config read_config(config::Table& table);

} // namespace gatehouse::feishu
