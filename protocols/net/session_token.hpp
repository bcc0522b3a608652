#pragma once
#include <string>
#include <string_view>

namespace gatehouse::net {

// Lower-case hexadecimal MD5, for devices whose log-in is made of it.
[[nodiscard]] std::string md5_hex(std::string_view text);

// `size` letters and digits that nobody can guess; empty when the system has no randomness to give.
[[nodiscard]] std::string random_token(std::size_t size);

} // namespace gatehouse::net
