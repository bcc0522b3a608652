#include "gateway/account/secret_text.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace gatehouse::account {
namespace {

constexpr std::string_view code_letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"; // no 0 O 1 I
static_assert(code_letters.size() == 32);
constexpr std::size_t code_length = 12;
constexpr std::size_t secret_bytes = 32;

// Without it there is no randomness, and then nobody may log in.
void demand_sodium()
{
    if (sodium_init() < 0) throw std::runtime_error("the library for cryptography does not start");
}

} // namespace

std::string random_secret()
{
    demand_sodium();
    constexpr int form = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::array<unsigned char, secret_bytes> bytes{};
    std::array<char, sodium_base64_ENCODED_LEN(secret_bytes, form)> text{};
    randombytes_buf(bytes.data(), bytes.size());
    return sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), form);
}

std::string random_code()
{
    demand_sodium();
    std::string code;
    for (std::size_t i = 0; i < code_length; ++i) {
        if (i > 0 && i % 4 == 0) code += '-';
        code += code_letters[randombytes_uniform(static_cast<std::uint32_t>(code_letters.size()))];
    }
    return code;
}

std::string plain_code(std::string_view typed)
{
    std::string code;
    for (const char c : typed) {
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        if (code_letters.find(upper) == std::string_view::npos) continue;
        if (code.size() == 4 || code.size() == 9) code += '-';
        code += upper;
    }
    return code;
}

bool is_same_secret(std::string_view one, std::string_view other)
{
    return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace gatehouse::account
