#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/datagram_port.hpp"
#include "protocols/uhppote/device_messages.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::uhppote {

struct FoundBoard {
    BoardInfo board;
    std::string from; // the address its answer came from
};

// Asks all boards of our network who they are and collects the answers, for `device find`. Some are slow:
// `span` should not be less than 2.5 s. Broadcast does not leave the network, nor a container's bridge.
// Changes nothing anywhere. Errors: those of opening the port and of sending.
asio::awaitable<base::Result<std::vector<FoundBoard>>> discover(base::OpenDatagramPort open,
                                                                base::Clock& clock, base::Endpoint broadcast,
                                                                std::chrono::milliseconds span);

// Where to: 255.255.255.255, port 60000.
[[nodiscard]] base::Endpoint all_boards();

} // namespace gatehouse::uhppote
