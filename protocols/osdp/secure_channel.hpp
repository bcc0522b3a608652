#pragma once
#include "protocols/osdp/frame.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace gatehouse::osdp {

using Block = std::array<std::uint8_t, 16>;

// SCBK-D, the public key of the standard.
[[nodiscard]] Block default_key();
// Thirty-two hexadecimal digits; nothing for any other text.
[[nodiscard]] std::optional<Block> parse_key(std::string_view text);
// The key of one reader from a site's master key and the reader's cUID of eight bytes (sheet §5).
[[nodiscard]] Block derive_key(const Block& master, View cuid);
// From the library's generator: what an attacker must not foresee.
[[nodiscard]] std::optional<std::array<std::uint8_t, 8>> fresh_nonce();

struct SessionKeys {
    Block enc{};
    Block mac1{};
    Block mac2{};
};
// rnd_a and rnd_b are of eight bytes.
[[nodiscard]] SessionKeys session_keys(const Block& key, View rnd_a);
[[nodiscard]] Block reader_cryptogram(const SessionKeys& keys, View rnd_a, View rnd_b);
[[nodiscard]] Block panel_cryptogram(const SessionKeys& keys, View rnd_a, View rnd_b);
[[nodiscard]] Block first_mac(const SessionKeys& keys, const Block& panel_cryptogram);
// In constant time.
[[nodiscard]] bool equal(View a, View b);

// One secure session as the panel sees it (sheet §5). Each command is sealed once: a repeat sends the same
// bytes again. Called by a Reader.
class SecureChannel {
public:
    SecureChannel(const SessionKeys& keys, const Block& first_mac) : keys_(keys), their_mac_(first_mac) {}

    void seal(Frame& command);
    // False: its MAC or its padding is wrong, and nothing changed; the frame is to be dropped.
    [[nodiscard]] bool open(Frame& reply);

private:
    [[nodiscard]] Block mac_of(const Bytes& bytes, const Block& start) const;

    SessionKeys keys_;
    Block our_mac_{};   // of the last command
    Block their_mac_{}; // of the last reply
};

} // namespace gatehouse::osdp
