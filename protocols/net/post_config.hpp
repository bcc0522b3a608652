#pragma once
#include "gateway/config/table.hpp"
#include "protocols/net/post_box.hpp"

namespace gatehouse::net {

// The keys `url` (a secret, required, https) and `ca` of a [[notify]]; issues go through the table and never
// show the address.
[[nodiscard]] PostAddress read_post_address(config::Table& table);

} // namespace gatehouse::net
