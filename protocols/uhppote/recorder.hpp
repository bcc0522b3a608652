#pragma once
#include "protocols/uhppote/packet.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace gatehouse::uhppote {

// Keeps what the board sends while somebody asked for it (`device capture`), one packet a line in
// hexadecimal. Card numbers, PINs, the board's serial number and its network addresses become pseudonyms
// before they are kept, and everything a packet is not known to hold becomes zero: leftovers show other
// packets' contents. Bounded; what is beyond is dropped and said so.
class Recorder {
public:
    static constexpr std::size_t size_max = 4U << 20;

    [[nodiscard]] bool on() const { return on_; }
    void begin();
    void take(const Packet& packet);
    // What was recorded; recording ends.
    [[nodiscard]] std::string end();

private:
    [[nodiscard]] Packet redacted(const Packet& packet);
    [[nodiscard]] std::uint32_t pseudonym(std::uint32_t card);

    std::string text_;
    std::map<std::uint32_t, std::uint32_t> cards_; // bounded by size_max
    bool on_ = false;
    bool cut_ = false;
};

} // namespace gatehouse::uhppote
