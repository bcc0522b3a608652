#pragma once
#include "tests/sim/http.hpp"
#include "tests/sim/isapi/payload.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <list>

namespace gatehouse::sim::isapi {

// The alertStream of one device: every client gets every event told while it listens; nothing is kept for
// those who do not, unless the device retransmits. io thread only.
class StreamHub {
public:
    StreamHub(asio::any_io_executor executor, const Switches& switches, const Payloads& payloads);

    // Writes the answer's head and then events until the client or the device ends the connection.
    asio::awaitable<void> serve(Tcp::socket& socket);
    void tell(const Record& record);
    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    // An active lasting event suppresses heartbeats (fact sheet section 4).
    void lasting(int change) { lasting_ += change; }

private:
    struct Client {
        Client(Tcp::socket& s, const asio::any_io_executor& executor) : socket(s), timer(executor) {}
        Tcp::socket& socket;
        asio::steady_timer timer; // runs to the next heartbeat; cancelled when something is to be written
        std::deque<std::shared_ptr<const std::string>> queue;
        bool gone = false;
    };
    using Position = std::list<Client>::iterator;

    asio::awaitable<void> write_all(Position client);
    asio::awaitable<void> watch(Position client);
    asio::awaitable<bool> send(Tcp::socket& socket, std::shared_ptr<const std::string> bytes);
    asio::awaitable<void> wait_for_work(Position client);
    [[nodiscard]] std::string told(const Record& record) const;
    [[nodiscard]] std::string part(const std::string& text, bool json) const;
    [[nodiscard]] std::string pictures(const Payload& payload) const;

    asio::any_io_executor executor_;
    const Switches& switches_;
    const Payloads& payloads_;
    std::list<Client> clients_;
    std::deque<Record> missed_; // what nobody heard, for the switch retransmit
    int lasting_ = 0;
};

} // namespace gatehouse::sim::isapi
