#include "protocols/net/search_port.hpp"

#include "protocols/net/udp_port.hpp"

#include <boost/asio/ip/multicast.hpp>

#include <arpa/inet.h>
#include <array>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>

namespace gatehouse::net {
namespace {

using asio::ip::udp;

// Needs no privilege since Linux 5.7 while the socket is bound to no device yet.
void bind_to_device(udp::socket& socket, const std::string& name, base::error_code& reason)
{
    const auto size = static_cast<socklen_t>(name.size());
    if (::setsockopt(socket.native_handle(), SOL_SOCKET, SO_BINDTODEVICE, name.data(), size) == 0) return;
    reason.assign(errno, boost::system::system_category());
}

void join(udp::socket& socket, const std::string& group, const asio::ip::address_v4& through,
          base::error_code& reason)
{
    const auto where = asio::ip::make_address_v4(group, reason);
    if (!reason) socket.set_option(asio::ip::multicast::join_group(where, through), reason);
}

} // namespace

std::vector<base::NetworkInterface> network_interfaces()
{
    std::vector<base::NetworkInterface> found;
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return found;
    for (const auto* each = first; each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
        if ((each->ifa_flags & IFF_UP) == 0) continue;
        std::array<char, INET_ADDRSTRLEN> text{};
        sockaddr_in address{};
        std::memcpy(&address, each->ifa_addr, sizeof address);
        if (::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size()) == nullptr) continue;
        found.push_back({each->ifa_name, text.data()});
    }
    ::freeifaddrs(first);
    return found;
}

base::Result<std::unique_ptr<base::DatagramPort>> open_search_port(const asio::any_io_executor& executor,
                                                                   const base::NetworkInterface& through,
                                                                   std::uint16_t port,
                                                                   const std::string& group)
{
    base::error_code reason;
    const auto ours = asio::ip::make_address_v4(through.address, reason);
    udp::socket socket(executor);
    if (!reason) socket.open(udp::v4(), reason);
    if (!reason) socket.set_option(asio::socket_base::broadcast(true), reason);
    // Answers to a group reach every socket that has joined it: another program's search hinders ours not.
    if (!reason && port != 0) socket.set_option(asio::socket_base::reuse_address(true), reason);
    if (!reason) bind_to_device(socket, through.name, reason);
    if (!reason) socket.set_option(asio::ip::multicast::outbound_interface(ours), reason);
    if (!reason) socket.bind(udp::endpoint(udp::v4(), port), reason);
    if (!reason && !group.empty()) join(socket, group, ours, reason);
    if (reason) return reason;
    return std::make_unique<UdpPort>(std::move(socket));
}

} // namespace gatehouse::net
