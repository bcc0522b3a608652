#include "protocols/net/remote_address.hpp"

namespace gatehouse::net {

std::string remote_address(const asio::ip::tcp::socket::lowest_layer_type& socket)
{
    boost::system::error_code gone;
    const auto address = socket.remote_endpoint(gone).address();
    if (gone) return {};
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

} // namespace gatehouse::net
