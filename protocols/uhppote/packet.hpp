#pragma once
#include "protocols/uhppote/bcd.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace gatehouse::uhppote {

// What a packet asks or answers (sheet §3).
enum class Code : std::uint8_t {
    status = 0x20, // also what the board pushes
    set_time = 0x30,
    get_time = 0x32,
    open_door = 0x40,
    put_card = 0x50,
    delete_card = 0x52,
    delete_all_cards = 0x54,
    count_cards = 0x58,
    get_card = 0x5a,
    get_card_at = 0x5c,
    set_door_control = 0x80,
    get_door_control = 0x82,
    set_anti_passback = 0x84,
    get_anti_passback = 0x86,
    set_time_profile = 0x88,
    clear_time_profiles = 0x8a,
    set_door_passcodes = 0x8c,
    record_special_events = 0x8e,
    set_listener = 0x90,
    get_listener = 0x92,
    get_device = 0x94,
    set_address = 0x96,
    get_time_profile = 0x98,
    set_pc_control = 0xa0,
    set_interlock = 0xa2,
    activate_keypads = 0xa4,
    clear_task_list = 0xa6,
    add_task = 0xa8,
    set_first_card = 0xaa,
    refresh_task_list = 0xac,
    get_event = 0xb0,
    set_event_index = 0xb2,
    get_event_index = 0xb4,
    restore_defaults = 0xc8,
    error = 0xff, // answered or pushed by some boards; says nothing
};

enum class Flaw { length, start, code };
[[nodiscard]] std::string_view to_string(Flaw flaw);

// One packet of 64 bytes, both ways: start, code, two zeros, serial number, fields. Little endian. Unused
// bytes of answers hold anything, so packets are never compared as a whole.
class Packet {
public:
    static constexpr std::size_t size = 64;

    Packet() = default;
    // A request; serial 0 asks every board there is.
    Packet(Code code, std::uint32_t serial);

    [[nodiscard]] Code code() const { return static_cast<Code>(bytes_[1]); }
    [[nodiscard]] std::uint32_t serial() const { return u32(4); }
    [[nodiscard]] std::span<const std::uint8_t, size> bytes() const { return bytes_; }

    // Offsets as the sheet counts them, from the start of the packet; the caller stays inside.
    [[nodiscard]] std::uint8_t u8(std::size_t at) const { return bytes_[at]; }
    [[nodiscard]] std::uint16_t u16(std::size_t at) const;
    [[nodiscard]] std::uint32_t u24(std::size_t at) const;
    [[nodiscard]] std::uint32_t u32(std::size_t at) const;
    [[nodiscard]] bool flag(std::size_t at) const { return bytes_[at] != 0; }
    [[nodiscard]] Bytes from(std::size_t at) const { return Bytes(bytes_).subspan(at); }
    [[nodiscard]] std::string address(std::size_t at) const; // "192.0.2.31"

    void put8(std::size_t at, std::uint8_t value) { bytes_[at] = value; }
    void put16(std::size_t at, std::uint16_t value);
    void put24(std::size_t at, std::uint32_t value);
    void put32(std::size_t at, std::uint32_t value);
    [[nodiscard]] std::span<std::uint8_t> at(std::size_t offset)
    {
        return std::span<std::uint8_t>(bytes_).subspan(offset);
    }
    void put_address(std::size_t at, const std::array<std::uint8_t, 4>& address);
    void put_magic(std::size_t at) { put32(at, magic); } // guards dangerous requests

private:
    friend std::variant<Packet, Flaw> read_packet(std::span<const std::byte> bytes);
    static constexpr std::uint32_t magic = 0x55aaaa55;

    std::array<std::uint8_t, size> bytes_{};
};

// total: a packet of a board, or what is wrong with the bytes. Starts with 17, events of firmware 6.62
// with 19.
[[nodiscard]] std::variant<Packet, Flaw> read_packet(std::span<const std::byte> bytes);

// "192.0.2.31" as four bytes; false for anything else.
[[nodiscard]] bool parse_address(std::string_view text, std::array<std::uint8_t, 4>& address);

} // namespace gatehouse::uhppote
