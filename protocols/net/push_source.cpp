#include "protocols/net/push_source.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace gatehouse::net {

namespace ip = boost::asio::ip;

bool is_push_source(const std::string& remote, const std::string& host, const std::string& peer,
                    const std::vector<std::string>& further)
{
    if (std::find(further.begin(), further.end(), "*") != further.end()) return true;
    if (std::find(further.begin(), further.end(), remote) != further.end()) return true;
    boost::system::error_code bad_host, bad_remote;
    auto device = ip::make_address(host, bad_host);
    const auto sender = ip::make_address(remote, bad_remote);
    if (bad_host) device = ip::make_address(peer, bad_host);
    if (bad_host || bad_remote) return false;
    return device == sender || (device.is_loopback() && sender.is_loopback());
}

} // namespace gatehouse::net
