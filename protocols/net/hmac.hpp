#pragma once
#include <string>
#include <string_view>

namespace gatehouse::net {

// HMAC-SHA256 (RFC 2104): 32 raw bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);

} // namespace gatehouse::net
