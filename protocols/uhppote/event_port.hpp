#pragma once
#include "protocols/uhppote/session.hpp"

#include <functional>
#include <memory>
#include <string>

namespace gatehouse::uhppote {

// The UDP port at which the board's pushed events arrive. A packet is believed only from the board's address,
// with its serial number and the code of an event; everything else is counted. A child of the conversation.
class EventPort {
public:
    using Take = std::function<asio::awaitable<void>(Packet)>;

    EventPort(Session& session, Take take) : session_(session), take_(std::move(take)) {}

    // For ever; a port that cannot be had is tried again every half minute.
    asio::awaitable<void> run();
    [[nodiscard]] bool is_open() const { return open_; }
    // Why it is not, one plain sentence.
    [[nodiscard]] const std::string& why() const { return why_; }

private:
    asio::awaitable<void> listen(base::DatagramPort& port);
    asio::awaitable<void> judge(base::Datagram datagram);
    void drop(const std::string& reason);

    Session& session_;
    Take take_;
    bool open_ = false;
    std::string why_ = "not opened yet";
};

} // namespace gatehouse::uhppote
