#pragma once
#include <string>
#include <string_view>

namespace gatehouse::net {

// The Password of a WS-Security UsernameToken of type PasswordDigest: Base64(SHA-1(nonce + created +
// password)). `nonce` as bytes, not as it is written in the message.
[[nodiscard]] std::string password_digest(std::string_view nonce, std::string_view created,
                                          std::string_view password);

} // namespace gatehouse::net
