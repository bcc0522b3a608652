#pragma once
#include "gateway/device/driver.hpp"
#include "protocols/net/http_client.hpp"
#include "protocols/onvif/config.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

namespace gatehouse::onvif {

// Where a request goes on the one device that we talk to.
struct Place {
    std::uint16_t port = 0;
    bool tls = false;
    std::string path;
};

// The device's ports by HTTP. Addresses that it tells are followed to the host of the configuration alone: it
// tells internal, wrong and other devices' addresses (sheet §1, §8). io thread only.
class Web {
public:
    Web(const Config& config, const device::DriverContext& context);

    // What an address that the device told comes to. Its port counts only beside the host that works for us.
    [[nodiscard]] Place place_of(std::string_view address) const;
    // Answers challenges with the password when `login`; waits for as long as a pull may take when `patient`.
    [[nodiscard]] net::HttpClient& client(const Place& place, bool login, bool patient);

private:
    const Config& config_;
    const device::DriverContext& context_;
    net::AuthGuard guard_; // of all clients: a device locks the one user that they share
    using Key = std::tuple<std::uint16_t, bool, bool, bool>;
    std::map<Key, std::unique_ptr<net::HttpClient>> clients_; // bounded by the services of a device
};

} // namespace gatehouse::onvif
