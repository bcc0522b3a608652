// OSDP: replies of a reader in plain and in a secure session (sheet §2, §4, §5).
#include "protocols/osdp/card.hpp"
#include "protocols/osdp/secure_channel.hpp"
#include "tests/bench/codecs/codec.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::bench {
namespace {

using osdp::Block;
using osdp::Bytes;

// 26 bits: facility 117, number 21760.
Bytes card()
{
    Bytes data{0, 1, 26, 0};
    const auto bits = osdp::card_bits(26, 117U << 16U | 21'760U);
    data.insert(data.end(), bits.begin(), bits.end());
    return data;
}

osdp::Frame reply(std::uint8_t code, Bytes data)
{
    osdp::Frame frame;
    frame.address = 0x80;
    frame.control = 0x06; // number 2, with a CRC
    frame.code = code;
    frame.data = std::move(data);
    return frame;
}

std::string wire(const osdp::Frame& frame)
{
    const auto bytes = osdp::encode(frame);
    return {bytes.begin(), bytes.end()};
}

osdp::SessionKeys keys()
{
    constexpr std::array<std::uint8_t, 8> rnd_a{0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7};
    return osdp::session_keys(osdp::default_key(), rnd_a);
}

// One block of AES under a key of our choice; the cryptograms of the handshake are no more than that.
Block aes(const Block& key, const Block& block)
{
    osdp::SessionKeys only;
    only.enc = key;
    const osdp::View whole(block);
    return osdp::reader_cryptogram(only, whole.first(8), whole.subspan(8));
}

Block padded(osdp::View bytes)
{
    Block block{};
    std::copy(bytes.begin(), bytes.end(), block.begin());
    if (bytes.size() < block.size()) block[bytes.size()] = 0x80;
    return block;
}

// As the reader seals the first reply of a session whose last command had a MAC of zeros.
osdp::Frame sealed(osdp::Frame frame)
{
    const auto session = keys();
    frame.block = frame.data.empty() ? 0x16 : 0x18;
    if (!frame.data.empty()) {
        auto plain = padded(frame.data);
        for (auto& byte : plain)
            byte = static_cast<std::uint8_t>(~byte); // mixed with the inverse of that MAC
        const auto secret = aes(session.enc, plain);
        frame.data.assign(secret.begin(), secret.end());
    }
    const auto covered = osdp::covered(frame);
    const osdp::View all(covered);
    Block chain{};
    for (std::size_t at = 0; at < all.size(); at += chain.size()) {
        const bool last = at + chain.size() >= all.size();
        auto block = padded(all.subspan(at, std::min(chain.size(), all.size() - at)));
        for (std::size_t i = 0; i < block.size(); ++i)
            block[i] ^= chain[i];
        chain = aes(last ? session.mac2 : session.mac1, block);
    }
    frame.mac.assign(chain.begin(), chain.begin() + 4);
    return frame;
}

bool understood(const osdp::Frame& frame)
{
    const auto read = osdp::decode_reply(frame.code, frame.data);
    return std::holds_alternative<osdp::Ack>(read) || std::holds_alternative<osdp::CardBits>(read);
}

bool read_plain(std::string_view bytes)
{
    const auto found = osdp::find_frame(octets(bytes));
    return found && understood(found->frame);
}

} // namespace

std::vector<Codec> osdp_codecs()
{
    const auto nothing = reply(osdp::code::ack, {});
    const auto shown = reply(osdp::code::raw, card());
    std::vector<std::string> plain, secret;
    for (int i = 0; i < 50; ++i) { // most polls find nothing
        plain.push_back(wire(i % 10 == 0 ? shown : nothing));
        secret.push_back(wire(sealed(i % 10 == 0 ? shown : nothing)));
    }
    const osdp::SecureChannel fresh(keys(), Block{});
    return {one_by_one("osdp, in plain", plain, read_plain),
            one_by_one("osdp, in a secure session", secret, [fresh](std::string_view bytes) {
                auto found = osdp::find_frame(octets(bytes));
                auto channel = fresh;
                return found && channel.open(found->frame) && understood(found->frame);
            })};
}

} // namespace gatehouse::bench
