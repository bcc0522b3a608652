#include "protocols/uhppote/event_port.hpp"

#include <fmt/format.h>

namespace gatehouse::uhppote {

using namespace std::chrono_literals;

asio::awaitable<void> EventPort::run()
{
    struct Closed {
        bool& open;
        ~Closed() { open = false; }
    };
    Closed closed{open_};
    for (;;) {
        // Bound to any of our addresses: the one the board was told may come and go with the network.
        base::Endpoint local;
        local.port = session_.config.listen_port;
        auto port = session_.context.datagrams
                        ? session_.context.datagrams(local)
                        : base::Result<std::unique_ptr<base::DatagramPort>>(base::Errc::unsupported);
        open_ = port.has_value();
        if (open_) {
            session_.fact("event port", fmt::format("UDP {} is open", local.port));
            co_await listen(**port);
            why_ = "the port was closed";
            open_ = false;
        } else {
            why_ = fmt::format("UDP port {} cannot be opened ({}); each board needs a listen_port of its own",
                               local.port, port.error().message());
            session_.fact("event port", why_);
            session_.tell_once("event port", "pushed events cannot be taken", why_);
        }
        co_await session_.context.clock.sleep_for(30s);
    }
}

asio::awaitable<void> EventPort::listen(base::DatagramPort& port)
{
    for (;;) {
        auto datagram = co_await port.receive();
        if (!datagram) co_return;
        co_await judge(std::move(*datagram));
    }
}

asio::awaitable<void> EventPort::judge(base::Datagram datagram)
{
    if (datagram.from.host != session_.config.target.host) {
        drop("address");
        co_return;
    }
    const auto found = read_packet(datagram.bytes);
    const auto* packet = std::get_if<Packet>(&found);
    if (packet == nullptr)
        drop(std::string(to_string(std::get<Flaw>(found))));
    else if (packet->code() != Code::status)
        drop("code");
    else if (packet->serial() != session_.config.serial)
        drop("board");
    else
        co_await take_(*packet);
}

void EventPort::drop(const std::string& reason)
{
    session_
        .counter("gatehouse_uhppote_dropped_total",
                 "Packets at the event port that are no event of the board", reason)
        .add();
}

} // namespace gatehouse::uhppote
