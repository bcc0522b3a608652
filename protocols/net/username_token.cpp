#include "protocols/net/username_token.hpp"

#include "protocols/wire/base64.hpp"

#include <openssl/evp.h>

#include <array>

namespace gatehouse::net {

std::string password_digest(std::string_view nonce, std::string_view created, std::string_view password)
{
    std::string text(nonce);
    text += created;
    text += password;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    return wire::to_base64(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

} // namespace gatehouse::net
