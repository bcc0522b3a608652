#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/metrics.hpp"
#include "gateway/base/network_interface.hpp"
#include "gateway/device/find_method.hpp"
#include "gateway/device/finding.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::device {

// Asks the networks that somebody named which devices are there, in every device language that has a way of
// asking (FindMethod). Read-only, never tries a password. Used by the API for `device find`. io thread only.
class Finder {
public:
    struct Ports {
        asio::any_io_executor executor;
        base::Clock& clock;
        base::Random& random;
        base::ListInterfaces interfaces;
        base::OpenSearchPort open;
    };

    Finder(Ports ports, std::vector<const FindMethod*> methods);

    // The names and addresses of the interfaces that can be searched.
    [[nodiscard]] std::vector<base::NetworkInterface> interfaces() const { return ports_.interfaces(); }
    // Asks twice, since datagrams get lost, and listens for `span`. One entry a device and language, in the
    // order of addresses. Errors: bad_input (an interface that is not there), busy (a search is under way).
    // What one method cannot do on one network (port taken) is told in `flaws` and hinders no other.
    asio::awaitable<base::Result<SearchReport>> search(std::vector<std::string> names,
                                                       std::chrono::seconds span);

private:
    struct Hearing;
    [[nodiscard]] base::Result<std::vector<base::NetworkInterface>>
    chosen(const std::vector<std::string>& names) const;
    asio::awaitable<void> ask(const FindMethod* method, base::NetworkInterface through, Hearing* hearing);
    asio::awaitable<void> listen(const FindMethod* method, base::NetworkInterface through,
                                 base::DatagramPort* port, Hearing* hearing);

    Ports ports_;
    std::vector<const FindMethod*> methods_;
    bool searching_ = false;
};

} // namespace gatehouse::device
