#pragma once
#include "gateway/base/secret.hpp"
#include "gateway/notify/channel.hpp"
#include "protocols/net/post_box.hpp"

#include <vector>

namespace gatehouse::webhook {

// The keys of one [[notify]] with protocol = "webhook"; the README lists them.
struct Config {
    net::PostAddress address;
    std::vector<base::Secret> keys; // decoded; two while the receiver changes over
};

// Reads the table, reporting every issue through it.
[[nodiscard]] Config read_config(config::Table& table);

} // namespace gatehouse::webhook
