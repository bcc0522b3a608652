#include "protocols/osdp/secure_channel.hpp"

#include "protocols/wire/ascii.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace gatehouse::osdp {
namespace {

constexpr std::size_t block_size = 16;
constexpr std::size_t mac_sent = 4;
constexpr std::uint8_t padding = 0x80;

// One block of AES-128; chaining is done by hand, because the last block of a MAC has a key of its own.
Block aes(const Block& key, const Block& in, bool encrypt)
{
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  &EVP_CIPHER_CTX_free);
    Block out{};
    int size = 0;
    const bool done = context != nullptr &&
                      EVP_CipherInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr,
                                        encrypt ? 1 : 0) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                      EVP_CipherUpdate(context.get(), out.data(), &size, in.data(), block_size) == 1 &&
                      size == static_cast<int>(block_size);
    if (!done)
        throw std::runtime_error("AES-128 is not available"); // a broken installation, no input's fault
    return out;
}

Block block_at(View bytes, std::size_t at)
{
    Block block{};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), block_size, block.begin());
    return block;
}

Block joined(View first, View second)
{
    Block block{};
    std::copy_n(first.begin(), std::min<std::size_t>(first.size(), 8), block.begin());
    std::copy_n(second.begin(), std::min<std::size_t>(second.size(), 8), block.begin() + 8);
    return block;
}

Block mixed(const Block& a, const Block& b)
{
    Block out{};
    for (std::size_t i = 0; i < block_size; ++i)
        out[i] = a[i] ^ b[i];
    return out;
}

Block inverse(const Block& block)
{
    Block out{};
    std::transform(block.begin(), block.end(), out.begin(),
                   [](std::uint8_t byte) { return static_cast<std::uint8_t>(~byte); });
    return out;
}

void fill_up(Bytes& bytes)
{
    bytes.push_back(padding);
    bytes.resize((bytes.size() + block_size - 1) / block_size * block_size);
}

// False when there is no padding to take away.
bool strip(Bytes& bytes)
{
    while (!bytes.empty() && bytes.back() == 0)
        bytes.pop_back();
    if (bytes.empty() || bytes.back() != padding) return false;
    bytes.pop_back();
    return true;
}

Block session_key(const Block& key, View rnd_a, std::uint8_t first, std::uint8_t second)
{
    Block block{first, second};
    std::copy_n(rnd_a.begin(), std::min<std::size_t>(rnd_a.size(), 6), block.begin() + 2);
    return aes(key, block, true);
}

} // namespace

Block default_key()
{
    Block key{};
    for (std::size_t i = 0; i < block_size; ++i)
        key[i] = static_cast<std::uint8_t>(0x30 + i);
    return key;
}

std::optional<Block> parse_key(std::string_view text)
{
    if (text.size() != 2 * block_size) return std::nullopt;
    Block key{};
    for (std::size_t i = 0; i < block_size; ++i) {
        const int high = wire::ascii::hex_digit(text[2 * i]);
        const int low = wire::ascii::hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        key[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return key;
}

Block derive_key(const Block& master, View cuid)
{
    Bytes flipped(cuid.begin(), cuid.end());
    for (auto& byte : flipped)
        byte = static_cast<std::uint8_t>(~byte);
    return aes(master, joined(cuid, flipped), true);
}

std::optional<std::array<std::uint8_t, 8>> fresh_nonce()
{
    std::array<std::uint8_t, 8> nonce{};
    if (RAND_bytes(nonce.data(), static_cast<int>(nonce.size())) != 1) return std::nullopt;
    return nonce;
}

SessionKeys session_keys(const Block& key, View rnd_a)
{
    SessionKeys keys;
    keys.enc = session_key(key, rnd_a, 0x01, 0x82);
    keys.mac1 = session_key(key, rnd_a, 0x01, 0x01);
    keys.mac2 = session_key(key, rnd_a, 0x01, 0x02);
    return keys;
}

Block reader_cryptogram(const SessionKeys& keys, View rnd_a, View rnd_b)
{
    return aes(keys.enc, joined(rnd_a, rnd_b), true);
}

Block panel_cryptogram(const SessionKeys& keys, View rnd_a, View rnd_b)
{
    return aes(keys.enc, joined(rnd_b, rnd_a), true);
}

Block first_mac(const SessionKeys& keys, const Block& panel_cryptogram)
{
    return aes(keys.mac2, aes(keys.mac1, panel_cryptogram, true), true);
}

bool equal(View a, View b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Block SecureChannel::mac_of(const Bytes& bytes, const Block& start) const
{
    Bytes padded = bytes;
    if (padded.size() % block_size != 0) fill_up(padded);
    Block chain = start;
    for (std::size_t at = 0; at < padded.size(); at += block_size) {
        const bool last = at + block_size == padded.size();
        chain = aes(last ? keys_.mac2 : keys_.mac1, mixed(chain, block_at(padded, at)), true);
    }
    return chain;
}

void SecureChannel::seal(Frame& command)
{
    command.block = command.data.empty() ? 0x15 : 0x17;
    if (!command.data.empty()) {
        fill_up(command.data);
        Block chain = inverse(their_mac_);
        for (std::size_t at = 0; at < command.data.size(); at += block_size) {
            chain = aes(keys_.enc, mixed(chain, block_at(command.data, at)), true);
            std::copy(chain.begin(), chain.end(), command.data.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
    our_mac_ = mac_of(covered(command), their_mac_);
    command.mac.assign(our_mac_.begin(), our_mac_.begin() + mac_sent);
}

bool SecureChannel::open(Frame& reply)
{
    const bool encrypted = reply.block == 0x18;
    if (!encrypted && reply.block != 0x16) return false;
    const auto mac = mac_of(covered(reply), our_mac_);
    if (!equal(View(mac).first(mac_sent), reply.mac)) return false;
    // Some readers send an empty encrypted block, or nothing at all in one (sheet §7).
    if (encrypted && !reply.data.empty()) {
        if (reply.data.size() % block_size != 0) return false;
        Bytes plain;
        Block chain = inverse(our_mac_);
        for (std::size_t at = 0; at < reply.data.size(); at += block_size) {
            const auto block = block_at(reply.data, at);
            const auto opened = mixed(aes(keys_.enc, block, false), chain);
            plain.insert(plain.end(), opened.begin(), opened.end());
            chain = block;
        }
        if (!strip(plain)) return false;
        reply.data = std::move(plain);
    }
    their_mac_ = mac;
    return true;
}

} // namespace gatehouse::osdp
