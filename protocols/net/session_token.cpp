#include "protocols/net/session_token.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>

namespace gatehouse::net {

std::string md5_hex(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_md5(), nullptr) != 1) return {};
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (unsigned i = 0; i < size; ++i) {
        out += digits[hash.at(i) >> 4U];
        out += digits[hash.at(i) & 15U];
    }
    return out;
}

std::string random_token(std::size_t size)
{
    constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefgh"; // 32: no bias
    std::string out(size, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(size)) != 1) return {};
    for (auto& c : out)
        c = letters[static_cast<unsigned char>(c) & 31U];
    return out;
}

} // namespace gatehouse::net
