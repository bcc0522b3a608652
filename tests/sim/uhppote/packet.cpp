#include "tests/sim/uhppote/packet.hpp"

namespace gatehouse::sim::uhppote {
namespace {

namespace chr = std::chrono;

std::string bcd(unsigned value)
{
    return std::string(1, static_cast<char>(value / 10 % 10 * 16 + value % 10));
}

int digits_at(const std::string& packet, std::size_t at)
{
    const int byte = byte_at(packet, at);
    return byte / 16 * 10 + byte % 16;
}

chr::year_month_day date_at(const std::string& packet, std::size_t at)
{
    return chr::year(digits_at(packet, at) * 100 + digits_at(packet, at + 1)) /
           static_cast<unsigned>(digits_at(packet, at + 2)) /
           static_cast<unsigned>(digits_at(packet, at + 3));
}

} // namespace

int byte_at(const std::string& packet, std::size_t at)
{
    return at < packet.size() ? static_cast<unsigned char>(packet[at]) : 0;
}

std::uint32_t u32_at(const std::string& packet, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8U | static_cast<std::uint32_t>(byte_at(packet, at + i));
    return value;
}

std::string u32(std::uint32_t value)
{
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes += static_cast<char>(value >> shift & 0xffU);
    return bytes;
}

std::string flag(bool value)
{
    return std::string(1, value ? '\1' : '\0');
}

std::string bcd_time(BoardTime time)
{
    const auto day = chr::floor<chr::days>(time);
    const chr::year_month_day date{day};
    const chr::hh_mm_ss clock{time - day};
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    return bcd(year / 100) + bcd(year) + bcd(static_cast<unsigned>(date.month())) +
           bcd(static_cast<unsigned>(date.day())) + bcd(static_cast<unsigned>(clock.hours().count())) +
           bcd(static_cast<unsigned>(clock.minutes().count())) +
           bcd(static_cast<unsigned>(clock.seconds().count()));
}

BoardTime time_at(const std::string& packet, std::size_t at)
{
    const auto date = date_at(packet, at);
    if (!date.ok()) return BoardTime();
    return chr::local_days(date) + chr::hours(digits_at(packet, at + 4)) +
           chr::minutes(digits_at(packet, at + 5)) + chr::seconds(digits_at(packet, at + 6));
}

int day_at(const std::string& packet, std::size_t at)
{
    const auto date = date_at(packet, at);
    if (!date.ok()) return 0;
    return static_cast<int>(date.year()) * 10'000 +
           static_cast<int>(static_cast<unsigned>(date.month())) * 100 +
           static_cast<int>(static_cast<unsigned>(date.day()));
}

int day_of(BoardTime time)
{
    return day_at(bcd_time(time), 0);
}

std::string packet_of(int code, std::uint32_t serial, const std::string& fields)
{
    std::string packet{'\x17', static_cast<char>(code), '\0', '\0'};
    packet += u32(serial) + fields;
    constexpr std::size_t leftovers_from = 56;
    if (packet.size() < leftovers_from) {
        packet.resize(leftovers_from, '\0');
        packet += "\x93\x26\x04\x88\x08\x92"; // MAC and version of an earlier answer
    }
    packet.resize(packet_size, '\0');
    return packet;
}

} // namespace gatehouse::sim::uhppote
