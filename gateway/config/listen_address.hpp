#pragma once
#include "gateway/config/site.hpp"

#include <sys/un.h>

#include <optional>
#include <string_view>

namespace gatehouse::config {

// A path of a Unix socket must fit sockaddr_un with the byte that ends it (unix(7)).
inline constexpr std::size_t socket_path_size_max = sizeof(sockaddr_un::sun_path) - 1;

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080". The host must be an address literal or localhost: a name
// that resolves to another address tomorrow must not move the console onto another network.
[[nodiscard]] std::optional<ListenConfig> parse_listen(std::string_view text);
// A name as DNS has them (RFC 1123 §2.1), neither address nor port. total.
[[nodiscard]] bool is_host_name(std::string_view text);
// 127.0.0.0/8, ::1 or localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

} // namespace gatehouse::config
