#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/store/store.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::health {

// The hardware address behind each IPv4 address, as the kernel's neighbour table (/proc/net/arp) tells it.
// Incomplete and foreign lines are left out. total.
[[nodiscard]] std::map<std::string, std::string> neighbours(std::string_view table);

// Tells when another network card answers at a configured device's address (S-07): a device was exchanged, or
// something stands in its place. Only reads what the kernel knows anyway, so only devices on our own networks
// are seen. io thread only.
class NeighbourWatch {
public:
    struct Ports {
        base::Clock& clock;
        store::Store& store;
        std::function<base::Result<std::string>()> read; // the table's text
        // Device ids, each with the host of its address.
        std::function<std::vector<std::pair<std::string, std::string>>()> devices;
        std::function<asio::awaitable<void>(std::string device, std::string change)> report;
    };

    explicit NeighbourWatch(Ports ports) : ports_(std::move(ports)) {}

    // Ends only by cancellation.
    asio::awaitable<void> run();

private:
    asio::awaitable<void> look();
    asio::awaitable<void> compare(std::string device, std::string key, std::string card);

    Ports ports_;
    bool loaded_ = false;
    std::map<std::string, std::string> known_; // by memory key; bounded by the configured devices of this run
};

} // namespace gatehouse::health
