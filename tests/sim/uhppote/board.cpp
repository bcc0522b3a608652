#include "tests/sim/uhppote/board.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::sim::uhppote {
namespace {

std::string endpoint_text(const auto& endpoint)
{
    return fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
}

// "127.0.0.1:60001" as the board keeps it: address, port little endian, interval.
std::string listener_bytes(const std::string& text, int interval)
{
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return std::string(7, '\0');
    const auto address = asio::ip::make_address_v4(text.substr(0, colon)).to_bytes();
    const auto port = static_cast<unsigned>(std::stoul(text.substr(colon + 1)));
    std::string bytes(address.begin(), address.end());
    bytes += static_cast<char>(port & 0xffU);
    bytes += static_cast<char>(port >> 8U);
    return bytes + static_cast<char>(interval);
}

} // namespace

Board::Board(const Ground& ground, BoardConfig config)
    : config_(std::move(config)), clock_(ground.clock), oracle_(ground.oracle), random_(config_.seed),
      group_(ground.executor), udp_(ground.executor),
      tcp_(group_, config_.id, [this](Connection connection) { return serve(std::move(connection)); }),
      memory_{EventStore(config_.store_max, config_.block), CardTable(config_.cards_max)}
{
    memory_.listener = listener_bytes(config_.listener, config_.interval);
    memory_.special_events = config_.special_events;
}

void Board::start()
{
    open_ports();
    repeated_at_ = clock_.now();
    group_.spawn("udp " + config_.id, hear());
}

// Both on one port, as the board has them; a port drawn for one may be taken for the other.
void Board::open_ports()
{
    constexpr int draws_max = 20;
    for (int n = 0;; ++n) {
        tcp_.open(config_.host, config_.port);
        const Udp::endpoint endpoint(asio::ip::make_address(config_.host), tcp_.port());
        boost::system::error_code failure;
        udp_.open(endpoint.protocol());
        udp_.bind(endpoint, failure);
        if (!failure) return;
        udp_.close();
        if (config_.port != 0 || n == draws_max)
            throw boost::system::system_error(failure, "UDP " + config_.id);
        tcp_.close();
    }
}

void Board::cancel()
{
    boost::system::error_code ignored;
    tcp_.close();
    udp_.close(ignored);
    group_.cancel();
}

void Board::follow_network()
{
    if (reachable() == tcp_.is_open()) return;
    if (reachable())
        tcp_.open_again();
    else
        tcp_.close();
}

// ---- what comes in ----

asio::awaitable<void> Board::hear()
{
    std::array<char, 512> bytes{};
    Udp::endpoint peer;
    boost::system::error_code failure;
    while (udp_.is_open()) {
        const auto size = co_await udp_.async_receive_from(
            asio::buffer(bytes), peer, asio::redirect_error(asio::use_awaitable, failure));
        if (failure == asio::error::operation_aborted) co_return;
        if (failure || !reachable() || moods_.half_open) continue; // refused datagrams are reported here, too
        const auto reply = answer(std::string(bytes.data(), size), "udp " + endpoint_text(peer));
        if (reply.packet.empty()) continue;
        if (reply.late)
            group_.spawn("late answer", answer_late(peer, reply.packet));
        else
            send_to(peer, reply.packet);
    }
}

asio::awaitable<void> Board::answer_late(Udp::endpoint peer, std::string packet)
{
    co_await pause(late_answer);
    if (reachable()) send_to(peer, packet);
}

asio::awaitable<void> Board::serve(Connection connection)
{
    boost::system::error_code failure;
    const auto endpoint = connection->remote_endpoint(failure);
    const auto peer = "tcp " + endpoint_text(endpoint);
    std::string request(packet_size, '\0');
    while (connection->is_open()) {
        while (moods_.half_open && connection->is_open())
            co_await pause(std::chrono::milliseconds(100));
        co_await asio::async_read(*connection, asio::buffer(request),
                                  asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
        const auto reply = answer(request, peer);
        if (reply.packet.empty() || moods_.half_open) continue;
        if (reply.late) co_await pause(late_answer);
        std::string bytes;
        for (const auto& piece : mangled(moods_, reply.packet))
            bytes += piece;
        co_await asio::async_write(*connection, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, failure));
        if (failure) co_return;
    }
}

// ---- what goes out ----

void Board::send_to(Udp::endpoint peer, const std::string& packet)
{
    boost::system::error_code ignored; // nobody is told of a datagram that does not arrive
    for (const auto& piece : mangled(moods_, packet))
        udp_.send_to(asio::buffer(piece), peer, 0, ignored);
}

void Board::push(std::string packet)
{
    const auto& listener = memory_.listener;
    const auto port = static_cast<std::uint16_t>(byte_at(listener, 4) + 256 * byte_at(listener, 5));
    if (port == 0 || !reachable() || moods_.half_open || moods_.mute) return;
    if (start19_) packet[0] = '\x19';
    asio::ip::address_v4::bytes_type address{};
    for (std::size_t i = 0; i < address.size(); ++i)
        address[i] = static_cast<unsigned char>(listener[i]);
    send_to(Udp::endpoint(asio::ip::address_v4(address), port), packet);
}

void Board::push_status()
{
    push(packet_of(0x20, config_.serial, status_fields()));
}

void Board::sweep()
{
    const int interval = byte_at(memory_.listener, 6);
    if (interval == 0 || clock_.now() - repeated_at_ < std::chrono::seconds(interval)) return;
    repeated_at_ = clock_.now();
    push_status();
}

// ---- what happens ----

BoardTime Board::shown(base::WallTime time) const
{
    const auto local = time + config_.zone + moods_.clock_skew;
    return BoardTime(std::chrono::floor<std::chrono::seconds>(local.time_since_epoch()));
}

void Board::happen(Event event, std::string_view type)
{
    // Without "record special events" there are no door and no button events (fact sheet section 5).
    const bool special = event.reason == 20 || event.reason == 23 || event.reason == 24;
    if (special && !memory_.special_events) return;
    // Nobody passes in the second that clearing the store takes.
    const auto time = shown(std::max(clock_.wall(), cleared_at_ + std::chrono::seconds(1)));
    event.time = bad_dates_ ? std::string("\x20\x00\x00\x00\x00\x00\x00", 7) : bcd_time(time);
    ++seen_.created;
    const auto index = memory_.events.add(std::move(event));
    oracle_.created(config_.id, std::to_string(index), type, true);
    push_status();
}

bool Board::emit_random()
{
    const auto draw = random_.next() % 10;
    return emit_words({draw < 9 ? "pass" : "denied"}) == "ok";
}

void Board::reboot(Span down)
{
    down_ = true;
    follow_network();
    group_.spawn("restart " + config_.id, restart(down));
}

asio::awaitable<void> Board::restart(Span down)
{
    const int mine = ++reboots_;
    co_await pause(down);
    if (mine != reboots_) co_return;
    memory_.unlocked = {};
    memory_.pc_control = false;
    down_ = false;
    follow_network();
    Event event;
    event.type = 3;
    event.reason = 28;
    event.granted = false;
    happen(std::move(event), "power_on");
}

Counts Board::counts() const
{
    return seen_;
}

} // namespace gatehouse::sim::uhppote
