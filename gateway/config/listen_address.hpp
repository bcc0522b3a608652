#pragma once
#include "gateway/config/site.hpp"

#include <optional>
#include <string_view>

namespace gatehouse::config {

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080". The host must be an address literal or localhost: a name
// that resolves to another address tomorrow must not move the console onto another network.
[[nodiscard]] std::optional<ListenConfig> parse_listen(std::string_view text);
// 127.0.0.0/8, ::1 or localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

} // namespace gatehouse::config
