#include "protocols/net/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace gatehouse::net {

std::string hmac_sha256(std::string_view key, std::string_view message)
{
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(),
         reinterpret_cast<unsigned char*>(out.data()), &size);
    out.resize(size);
    return out;
}

} // namespace gatehouse::net
