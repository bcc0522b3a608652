#include "protocols/webhook/config.hpp"

#include "protocols/net/post_config.hpp"
#include "protocols/webhook/messages.hpp"

namespace gatehouse::webhook {

Config read_config(config::Table& table)
{
    Config config;
    config.address = net::read_post_address(table);
    // Only what is listed may lead back into this box or its link.
    config.address.target.outside_but = table.texts("allow_addresses");
    for (const auto* key : {"secret", "old_secret"}) {
        const auto written = table.secret(key);
        if (!written) continue;
        auto decoded = decode_secret(written->expose());
        if (decoded)
            config.keys.push_back(std::move(*decoded));
        else
            table.issue(key, "is no signing secret; right would be whsec_ and the base64 of 24 to 64 bytes");
    }
    if (!table.has("secret")) table.issue("secret", "is missing");
    return config;
}

} // namespace gatehouse::webhook
