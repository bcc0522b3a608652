#pragma once
#include "gateway/notify/channel.hpp"
#include "protocols/net/post_box.hpp"

namespace gatehouse::wecom {

// The keys of one [[notify]] with protocol = "wecom"; the README lists them.
struct Config {
    net::PostAddress address; // with the key in its query, which is the only secret there is
};

// Reads the table, reporting every issue through it.
[[nodiscard]] Config read_config(config::Table& table);

} // namespace gatehouse::wecom
