#include "gateway/base/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <iterator>

namespace gatehouse::base {

std::string sha256_hex(std::string_view bytes)
{
    std::array<unsigned char, 32> hash{};
    unsigned int size = 0;
    EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr);
    std::string text;
    for (const auto byte : hash)
        fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    return text;
}

} // namespace gatehouse::base
