#include "gateway/account/password.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>

namespace gatehouse::account {
namespace {

constexpr std::size_t length_min = 8;
constexpr std::size_t length_max = 128;
constexpr auto operations = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr auto memory = crypto_pwhash_MEMLIMIT_INTERACTIVE;

// What is tried first at a gate's box, in lower case.
constexpr std::array<std::string_view, 28> common{
    "password", "password1",  "passw0rd",   "12345678",   "123456789",  "1234567890", "87654321",
    "11111111", "00000000",   "88888888",   "66666666",   "12341234",   "11223344",   "123123123",
    "qwertyui", "qwertyuiop", "1qaz2wsx",   "1q2w3e4r",   "asdfghjkl",  "abcd1234",   "a1234567",
    "admin123", "admin1234",  "admin12345", "woaini1314", "5201314520", "gatehouse",  "gatehouse1"};

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

} // namespace

std::string flaw_of_password(std::string_view password, std::string_view account)
{
    if (characters(password) < length_min) return "a password has at least 8 characters";
    if (password.size() > length_max) return "a password has at most 128 bytes";
    const auto lower = boost::algorithm::to_lower_copy(std::string(password));
    if (lower == boost::algorithm::to_lower_copy(std::string(account)))
        return "the password must not be the account's name";
    const bool one_character = lower.find_first_not_of(lower.front()) == std::string::npos;
    if (one_character || std::find(common.begin(), common.end(), lower) != common.end())
        return "this password is among the first that anybody tries";
    return {};
}

std::string hash_password(const std::string& password)
{
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (sodium_init() < 0 ||
        crypto_pwhash_str(text.data(), password.data(), password.size(), operations, memory) != 0)
        return {};
    return text.data();
}

bool is_password(const std::string& hash, const std::string& password)
{
    if (sodium_init() < 0 || hash.size() >= crypto_pwhash_STRBYTES) return false;
    std::array<char, crypto_pwhash_STRBYTES> text{};
    std::copy(hash.begin(), hash.end(), text.begin());
    return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

bool is_outdated(const std::string& hash)
{
    return crypto_pwhash_str_needs_rehash(hash.c_str(), operations, memory) != 0;
}

} // namespace gatehouse::account
