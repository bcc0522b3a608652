#include "protocols/uhppote/exchange.hpp"

#include "gateway/base/timeout.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::uhppote {

using base::Errc;

namespace {

constexpr int tries_max = 3;

} // namespace

std::string Reply::why() const
{
    if (error == Errc::timed_out) return "the board does not answer: check address, serial number and cable";
    if (error == Errc::unsupported) return "this gateway has no UDP";
    if (error) return "the board cannot be reached: " + error.message();
    return {};
}

// A place in the queue, given up at the end of its scope.
class Exchange::Turn {
public:
    Turn(Exchange& exchange, bool urgent) : exchange_(exchange), number_(++exchange.last_turn_)
    {
        auto& turns = exchange.turns_;
        turns.insert(urgent && !turns.empty() ? turns.begin() + 1 : turns.end(), number_);
    }
    ~Turn()
    {
        std::erase(exchange_.turns_, number_);
        exchange_.turn_over_.notify();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    [[nodiscard]] bool has_come() const { return exchange_.turns_.front() == number_; }

private:
    Exchange& exchange_;
    std::uint64_t number_;
};

Exchange::Exchange(const Config& config, const device::DriverContext& context)
    : config_(config), context_(context), turn_over_(context.executor)
{
}

asio::awaitable<void> Exchange::wait_for_turn(const Turn& turn)
{
    while (!turn.has_come())
        co_await turn_over_.wait();
}

asio::awaitable<Reply> Exchange::ask(Packet request)
{
    Reply reply;
    for (int i = 0; i < tries_max; ++i) {
        const Turn turn(*this, false); // a new one for each try: orders go in between
        co_await wait_for_turn(turn);
        reply = co_await attempt(request);
        if (reply.error != Errc::timed_out) break;
    }
    co_return reply;
}

asio::awaitable<Reply> Exchange::order(Packet request)
{
    const Turn turn(*this, true);
    co_await wait_for_turn(turn);
    co_return co_await attempt(request);
}

asio::awaitable<Reply> Exchange::attempt(Packet request)
{
    Reply reply;
    if (config_.udp)
        reply = co_await over_udp(request);
    else
        reply = co_await over_tcp(request);
    if (reply.ok() && heard) heard(reply.packet);
    co_return reply;
}

// ---- UDP ----

asio::awaitable<Reply> Exchange::over_udp(Packet request)
{
    Reply reply;
    // One for each question: an answer that comes late, or twice as datagrams may, must not be taken for the
    // answer to the next one.
    const auto port = open_port();
    if (!port) {
        reply.error = port.error();
        co_return reply;
    }
    base::Endpoint board{config_.target.host, config_.target.port};
    const auto sent = co_await (*port)->send(std::move(board), std::as_bytes(request.bytes()));
    reply.sent = sent.has_value();
    if (!sent) {
        reply.error = sent.error();
        co_return reply;
    }
    const auto answer =
        co_await base::with_timeout(context_.clock, config_.request_max, answer_at(**port, request.code()));
    if (answer)
        reply.packet = *answer;
    else
        reply.error = answer.error();
    co_return reply;
}

// Never the boards' own port: broadcasts would come back as answers (sheet §1).
base::Result<std::unique_ptr<base::DatagramPort>> Exchange::open_port() const
{
    if (!context_.datagrams) return Errc::unsupported;
    const base::Endpoint any;
    auto opened = context_.datagrams(any);
    if (!opened || (*opened)->local().port != board_port) return opened;
    return context_.datagrams(any); // while the first still holds the port
}

asio::awaitable<base::Result<Packet>> Exchange::answer_at(base::DatagramPort& port, Code code)
{
    Packet answer;
    for (;;) {
        const auto datagram = co_await port.receive();
        if (!datagram) co_return datagram.error();
        if (datagram->from.host != config_.target.host)
            refuse("address");
        else if (accept(datagram->bytes, code, answer))
            co_return answer;
    }
}

// ---- TCP: one connection for each request, so that "not sent" is told from "not answered" ----

asio::awaitable<Reply> Exchange::over_tcp(Packet request)
{
    Reply reply;
    auto stream = co_await base::with_timeout(context_.clock, config_.request_max,
                                              context_.connector.connect(config_.target));
    if (!stream) {
        reply.error = stream.error() == Errc::timed_out ? make_error_code(Errc::unreachable) : stream.error();
        co_return reply;
    }
    reply.sent = true;
    const auto written = co_await (*stream)->write(std::as_bytes(request.bytes()));
    if (!written) {
        reply.error = written.error();
        co_return reply;
    }
    const auto answer =
        co_await base::with_timeout(context_.clock, config_.request_max, answer_in(**stream, request.code()));
    if (answer)
        reply.packet = *answer;
    else
        reply.error = answer.error();
    co_return reply;
}

asio::awaitable<base::Result<Packet>> Exchange::answer_in(base::ByteStream& stream, Code code)
{
    std::array<std::byte, Packet::size> bytes{};
    Packet answer;
    for (;;) {
        for (std::size_t filled = 0; filled < bytes.size();) {
            const auto room = std::span(bytes).subspan(filled);
            const auto size = co_await stream.read_some(room);
            if (!size) co_return size.error();
            filled += *size;
        }
        if (accept(bytes, code, answer)) co_return answer;
    }
}

bool Exchange::accept(std::span<const std::byte> bytes, Code code, Packet& answer)
{
    const auto found = read_packet(bytes);
    const auto* packet = std::get_if<Packet>(&found);
    if (packet == nullptr)
        refuse(std::string(to_string(std::get<Flaw>(found))));
    else if (packet->serial() != config_.serial)
        refuse("board");
    else if (packet->code() != code)
        refuse("question");
    else {
        answer = *packet;
        return true;
    }
    return false;
}

void Exchange::refuse(const std::string& reason)
{
    const base::Labels labels{{"device", config_.id}, {"reason", reason}};
    context_.metrics
        .counter("gatehouse_uhppote_refused_total", "Packets that are not what a board was asked for", labels)
        .add();
}

} // namespace gatehouse::uhppote
