// links: gatehouse_net
#include "protocols/net/digest.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever a device writes into WWW-Authenticate, our answer is one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto offered = gatehouse::net::parse_challenges(text);
    const auto chosen = gatehouse::net::choose(offered, true);
    if (!chosen) return 0;
    gatehouse::net::DigestInput input;
    input.username = "admin";
    input.password = "secret";
    input.method = "GET";
    input.uri = "/";
    input.cnonce = "0a4f113b";
    const auto header = gatehouse::net::digest_authorization(*chosen, input);
    if (header.find_first_of("\r\n") != std::string::npos) std::abort();
    return 0;
}
