#include "tests/fakes/fake_uhppote.hpp"

#include "tests/fakes/text.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace gatehouse::fakes {
namespace {

constexpr std::uint16_t board_port = 60000;

std::string bcd(int value)
{
    return std::string(1, static_cast<char>((value / 10 % 10) * 16 + value % 10));
}

std::string u32(std::uint32_t value)
{
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8)
        bytes += static_cast<char>(value >> shift & 0xff);
    return bytes;
}

std::uint32_t number_at(const std::string& packet, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8 | static_cast<std::uint8_t>(packet[at + i]);
    return value;
}

std::string flag(bool value)
{
    return std::string(1, value ? '\1' : '\0');
}

std::string whole(std::string packet)
{
    packet.resize(64, '\0');
    return packet;
}

const std::string magic = "\x55\xaa\xaa\x55";

} // namespace

FakeUhppote::FakeUhppote(asio::any_io_executor executor, ManualClock& clock, MemoryDatagrams& net)
    : executor_(executor), clock_(clock), net_(net), tasks_(executor)
{
    net_.on_send = [this](const base::Endpoint& from, const base::Endpoint& to, const std::string& bytes) {
        hear(from, to, bytes);
    };
}

// ---- what happens at its doors ----

std::uint32_t FakeUhppote::happen(Event event)
{
    if (event.time.empty()) event.time = now_bcd();
    events[++last] = std::move(event);
    push_status();
    return last;
}

std::uint32_t FakeUhppote::swipe(int door, std::uint32_t card, int reason)
{
    Event event;
    event.door = door;
    event.card = card;
    event.reason = reason;
    event.granted = reason == 1;
    return happen(std::move(event));
}

std::uint32_t FakeUhppote::door_event(int door, int reason)
{
    Event event;
    event.type = reason >= 34 && reason <= 43 ? 3 : 2;
    event.door = door;
    event.reason = reason;
    return happen(std::move(event));
}

void FakeUhppote::push_status()
{
    auto packet = status_packet();
    packet[0] = static_cast<char>(push_start);
    push(std::move(packet));
}

void FakeUhppote::push(std::string packet)
{
    const auto port = static_cast<std::uint16_t>(byte_at(listener, 4) + 256 * byte_at(listener, 5));
    if (port == 0 || loses_pushes || absent) return;
    net_.deliver({address, board_port}, port, std::move(packet));
}

void FakeUhppote::overwrite_before(std::uint32_t first)
{
    events.erase(events.begin(), events.lower_bound(first));
}

void FakeUhppote::clear_store()
{
    events.clear();
    last = 0;
}

// ---- its packets ----

std::string FakeUhppote::now_bcd() const
{
    const auto local = clock_.wall() + skew + std::chrono::hours(8);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(local).time_since_epoch().count();
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    return bcd(20) + bcd(parts.tm_year - 100) + bcd(parts.tm_mon + 1) + bcd(parts.tm_mday) +
           bcd(parts.tm_hour) + bcd(parts.tm_min) + bcd(parts.tm_sec);
}

std::string FakeUhppote::event_answer(std::uint32_t index) const
{
    const auto found = index == 0            ? events.begin()
                       : index == 0xffffffff ? events.find(last)
                                             : events.find(index);
    if (found == events.end()) {
        // Gone: type FF with its number. Never there: all zero.
        const bool gone = index != 0 && index <= last;
        return gone ? u32(index) + "\xff" : u32(0);
    }
    const auto& event = found->second;
    return u32(found->first) + static_cast<char>(event.type) + flag(event.granted) +
           static_cast<char>(event.door) + static_cast<char>(event.direction) + u32(event.card) + event.time +
           static_cast<char>(event.reason);
}

std::string FakeUhppote::status_packet() const
{
    std::string head = "\x17\x20";
    head += std::string(2, '\0') + u32(serial);
    auto packet = head + (events.contains(last) ? event_answer(last) : u32(0));
    packet.resize(28, '\0');
    for (const bool open : door_open)
        packet += flag(open);
    for (const bool pressed : button)
        packet += flag(pressed);
    const auto now = now_bcd();
    packet += '\3' + now.substr(4, 3) + u32(last) + u32(0);
    packet += '\x27';
    packet += static_cast<char>(relays);
    packet += static_cast<char>(inputs);
    packet += now.substr(1, 3);
    packet += "\x01\x19\x04\x20 leftover"; // what is no field may be anything
    return whole(packet);
}

std::string FakeUhppote::answer(const std::string& request)
{
    if (request.size() != 64 || request[0] != '\x17') return {};
    const auto asked_serial = number_at(request, 4);
    const bool discovery = byte_at(request, 1) == 0x94 && asked_serial == 0;
    if (asked_serial != serial && !discovery) return {};
    if (byte_at(request, 1) == 0x20) return status_packet();
    const auto fields = body(request);
    if (fields.empty()) return {};
    return whole(request.substr(0, 4) + u32(serial) + fields);
}

std::string FakeUhppote::body(const std::string& request)
{
    switch (byte_at(request, 1)) {
    case 0x94:
        return std::string("\xc0\x00\x02\x1f\xff\xff\xff\x00\xc0\x00\x02\x01\x00\x66\x19\x39\x55\x2d\x08\x92"
                           "\x20\x18\x08\x16",
                           24);
    case 0x92: return listener;
    case 0x32: return now_bcd();
    case 0x82: {
        const auto door = byte_at(request, 8);
        if (door < 1 || door > 4) return flag(false);
        const auto& [mode, delay] = control.at(static_cast<std::size_t>(door) - 1);
        return request.substr(8, 1) + static_cast<char>(mode) + static_cast<char>(delay);
    }
    case 0xb0: return event_answer(number_at(request, 8));
    case 0x58: {
        const auto used =
            std::count_if(cards.begin(), cards.end(), [](const auto& slot) { return !slot.empty(); });
        return u32(static_cast<std::uint32_t>(used));
    }
    case 0x5a: return card_answer(find_card(request.substr(8, 4)));
    case 0x5c: {
        const auto index = number_at(request, 8);
        if (index < 1 || index > cards.size()) return u32(0);
        const auto& slot = cards[index - 1];
        return slot.empty() ? u32(0xffffffff) : card_answer(slot);
    }
    case 0x98: {
        const auto found = time_profiles.find(byte_at(request, 8));
        return found == time_profiles.end() ? flag(false) : found->second;
    }
    default: return change(request);
    }
}

std::string FakeUhppote::find_card(const std::string& number) const
{
    for (const auto& slot : cards)
        if (slot.substr(0, 4) == number) return slot;
    return {};
}

std::string FakeUhppote::card_answer(const std::string& slot) const
{
    return slot.empty() ? u32(0) : slot;
}

std::string FakeUhppote::change(const std::string& request)
{
    const auto door = byte_at(request, 8);
    if (refuses) return flag(false);
    switch (byte_at(request, 1)) {
    case 0x30:
        if (!keeps_clock) {
            skew = {};
            // Whatever is not this second is another time altogether.
            if (request.substr(8, 7) != now_bcd()) skew = std::chrono::hours(-9);
        }
        return request.substr(8, 7);
    case 0x40: return open(door);
    case 0x80:
        control.at(static_cast<std::size_t>(door) - 1) = {byte_at(request, 9), byte_at(request, 10)};
        return request.substr(8, 3);
    case 0x90: listener = request.substr(8, 7); return flag(true);
    case 0x8e: special_events = request[8] != 0; return flag(true);
    case 0x50: {
        for (auto& slot : cards)
            if (slot.substr(0, 4) == request.substr(8, 4)) slot.clear();
        cards.push_back(request.substr(8, 20));
        return flag(true);
    }
    case 0x52: {
        const auto found = std::find_if(cards.begin(), cards.end(), [&](const auto& slot) {
            return slot.substr(0, 4) == request.substr(8, 4);
        });
        if (found == cards.end()) return flag(false);
        found->clear();
        return flag(true);
    }
    case 0x54:
        if (request.substr(8, 4) != magic) return flag(false);
        cards.clear();
        return flag(true);
    case 0x88: time_profiles[door] = request.substr(8, 29); return flag(true);
    case 0x8a:
        if (request.substr(8, 4) != magic) return flag(false);
        time_profiles.clear();
        return flag(true);
    default: return {};
    }
}

std::string FakeUhppote::open(int door)
{
    if (stuck_door) return flag(true);
    relays |= 1 << (door - 1);
    door_event(door, 44);
    return flag(true);
}

// ---- how they come and go ----

void FakeUhppote::hear(const base::Endpoint& from, const base::Endpoint& to, const std::string& request)
{
    if (to.port != board_port || (to.host != address && to.host != "255.255.255.255")) return;
    requests.push_back(request);
    if (absent) return;
    auto packet = answer(request);
    if (packet.empty() || loses_answers) return;
    if (answers_twice) net_.deliver({address, board_port}, from.port, packet);
    net_.deliver({address, board_port}, from.port, std::move(packet));
}

std::size_t FakeUhppote::asked(int code) const
{
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(),
                      [code](const auto& request) { return byte_at(request, 1) == code; }));
}

std::size_t FakeUhppote::asked_event(std::uint32_t index) const
{
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(), [index](const auto& request) {
            return byte_at(request, 1) == 0xb0 && number_at(request, 8) == index;
        }));
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> FakeUhppote::connect(base::Target target)
{
    if (tcp_refused || target.port != board_port) co_return asio::error::connection_refused;
    auto [theirs, ours] = connected(executor_, address);
    tasks_.spawn("board", serve(std::move(ours)));
    co_return std::move(theirs);
}

asio::awaitable<void> FakeUhppote::serve(std::unique_ptr<base::ByteStream> stream)
{
    std::array<std::byte, 64> bytes{};
    for (;;) {
        for (std::size_t filled = 0; filled < bytes.size();) {
            const auto room = std::span(bytes).subspan(filled);
            const auto size = co_await stream->read_some(room);
            if (!size) co_return;
            filled += *size;
        }
        const std::string request(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        requests.push_back(request);
        const auto packet = answer(request);
        if (absent || loses_answers || packet.empty()) continue;
        const auto sent = co_await stream->write(std::as_bytes(std::span(packet)));
        if (!sent) co_return;
    }
}

void FakeUhppote::stop()
{
    tasks_.cancel();
}

} // namespace gatehouse::fakes
