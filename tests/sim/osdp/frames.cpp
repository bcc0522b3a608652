#include "tests/sim/osdp/frames.hpp"

#include <algorithm>
#include <bit>
#include <memory>

#include <openssl/evp.h>

namespace gatehouse::sim::osdp {
namespace {

constexpr std::size_t size_max = 1440;

int byte_at(const std::string& bytes, std::size_t at)
{
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

std::string cipher(const EVP_CIPHER* type, const std::string& key, const std::string& start,
                   const std::string& text, bool encrypt)
{
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  &EVP_CIPHER_CTX_free);
    const auto bytes = [](const std::string& of) {
        return reinterpret_cast<const unsigned char*>(of.data());
    };
    std::string out(text.size() + 16, '\0');
    int size = 0;
    EVP_CipherInit_ex(context.get(), type, nullptr, bytes(key), start.empty() ? nullptr : bytes(start),
                      encrypt ? 1 : 0);
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    EVP_CipherUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(text),
                     static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

// The question at the front, which begins with the SOM; nothing when its check is wrong.
std::optional<Question> question_of(const std::string& frame)
{
    Question question;
    question.address = byte_at(frame, 1);
    question.control = byte_at(frame, 4);
    const std::size_t check_size = question.crc() ? 2 : 1;
    question.bytes = frame.substr(0, frame.size() - check_size);
    const auto wanted = question.crc() ? crc(question.bytes) : checksum(question.bytes);
    if (frame.substr(frame.size() - check_size) != wanted) return std::nullopt;
    std::size_t at = 5;
    if ((question.control & 8) != 0) {
        question.block = question.bytes.substr(at, static_cast<std::size_t>(byte_at(frame, at)));
        at += question.block.size();
    }
    if (at >= question.bytes.size()) return std::nullopt;
    question.code = byte_at(question.bytes, at);
    question.data = question.bytes.substr(at + 1);
    return question;
}

} // namespace

// Polynomial 1021 from 1D0F, not reflected.
std::string crc(const std::string& bytes)
{
    unsigned sum = 0x1d0f;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned>(static_cast<unsigned char>(c)) * 256U;
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum * 2 & 0xffffU) ^ (sum >= 0x8000U ? 0x1021U : 0U);
    }
    return {static_cast<char>(sum % 256), static_cast<char>(sum / 256)};
}

std::string checksum(const std::string& bytes)
{
    int sum = 0;
    for (const char c : bytes)
        sum -= static_cast<unsigned char>(c);
    return std::string(1, static_cast<char>(sum & 0xff));
}

std::optional<Question> take_question(std::string& buffer)
{
    while (!buffer.empty()) {
        buffer.erase(0, std::min(buffer.find('\x53'), buffer.size()));
        if (buffer.size() < 7) return std::nullopt;
        const auto size = static_cast<std::size_t>(byte_at(buffer, 2) + 256 * byte_at(buffer, 3));
        if (size >= 7 && size <= size_max) {
            if (buffer.size() < size) return std::nullopt;
            if (auto question = question_of(buffer.substr(0, size))) {
                buffer.erase(0, size);
                return question;
            }
        }
        buffer.erase(0, 1);
    }
    return std::nullopt;
}

std::string aes(const std::string& key, const std::string& text, const std::string& start)
{
    return cipher(start.empty() ? EVP_aes_128_ecb() : EVP_aes_128_cbc(), key, start, text, true);
}

std::string aes_open(const std::string& key, const std::string& text, const std::string& start)
{
    return cipher(EVP_aes_128_cbc(), key, start, text, false);
}

std::string padded(std::string text, bool always)
{
    if (!always && text.size() % 16 == 0) return text;
    text += '\x80';
    while (text.size() % 16 != 0)
        text += '\0';
    return text;
}

std::string inverse(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return static_cast<char>(~c); });
    return text;
}

std::optional<std::string> key_of(const std::string& digits)
{
    if (digits.size() != 32 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
        return std::nullopt;
    std::string key;
    for (std::size_t at = 0; at < digits.size(); at += 2)
        key += static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16));
    return key;
}

std::string wiegand26(std::uint32_t number)
{
    std::uint32_t bits = (number & 0xffffffU) << 1U;
    if (std::popcount(bits >> 13U) % 2 != 0) bits |= 1U << 25U;
    if (std::popcount(bits & 0x1fffU) % 2 == 0) bits |= 1U;
    bits <<= 6U;
    std::string out;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        out += static_cast<char>(bits >> shift & 0xffU);
    return out;
}

} // namespace gatehouse::sim::osdp
