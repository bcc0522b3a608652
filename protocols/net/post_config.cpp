#include "protocols/net/post_config.hpp"

namespace gatehouse::net {

PostAddress read_post_address(config::Table& table)
{
    PostAddress address;
    const auto url = table.secret("url");
    if (!table.has("url")) table.issue("url", "is missing");
    if (url) {
        auto parsed = parse_post_address(url->expose());
        if (parsed)
            address = std::move(*parsed);
        else
            table.issue("url", "is no address to post to; right would be https://HOST/… without user name");
    }
    address.target.ca_file = table.text("ca");
    return address;
}

} // namespace gatehouse::net
