#include "protocols/uhppote/discovery.hpp"

#include "gateway/base/timeout.hpp"

#include <algorithm>

namespace gatehouse::uhppote {
namespace {

constexpr std::uint16_t board_port = 60000;
constexpr std::size_t boards_max = 1024;

void note(const base::Datagram& datagram, std::vector<FoundBoard>& boards)
{
    const auto found = read_packet(datagram.bytes);
    const auto* packet = std::get_if<Packet>(&found);
    // Serial 0 is our own question, come back.
    if (packet == nullptr || packet->code() != Code::get_device || packet->serial() == 0) return;
    const auto serial = packet->serial();
    const bool known = std::any_of(boards.begin(), boards.end(),
                                   [serial](const auto& board) { return board.board.serial == serial; });
    if (!known && boards.size() < boards_max) boards.push_back({read_board(*packet), datagram.from.host});
}

} // namespace

base::Endpoint all_boards()
{
    return {"255.255.255.255", board_port};
}

asio::awaitable<base::Result<std::vector<FoundBoard>>> discover(base::OpenDatagramPort open,
                                                                base::Clock& clock, base::Endpoint broadcast,
                                                                std::chrono::milliseconds span)
{
    const base::Endpoint any;
    auto port = open(any);
    if (!port) co_return port.error();
    const Packet question(Code::get_device, 0);
    const auto sent = co_await (*port)->send(std::move(broadcast), std::as_bytes(question.bytes()));
    if (!sent) co_return sent.error();
    std::vector<FoundBoard> boards;
    const auto until = clock.now() + span;
    for (auto now = clock.now(); now < until; now = clock.now()) {
        const auto datagram = co_await base::with_timeout(clock, until - now, (*port)->receive());
        if (datagram)
            note(*datagram, boards);
        else if (datagram.error() != base::Errc::timed_out)
            break;
    }
    co_return boards;
}

} // namespace gatehouse::uhppote
