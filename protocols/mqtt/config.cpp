#include "protocols/mqtt/config.hpp"

#include <charconv>

namespace gatehouse::mqtt {
namespace {

// "mqtt://host[:port]" or "mqtts://host[:port]"; false when it is neither.
bool read_url(std::string_view url, Config& config)
{
    constexpr std::string_view plain = "mqtt://";
    constexpr std::string_view secure = "mqtts://";
    if (url.starts_with(secure)) {
        config.tls = true;
        config.port = 8883;
        url.remove_prefix(secure.size());
    } else if (url.starts_with(plain)) {
        url.remove_prefix(plain.size());
    } else {
        return false;
    }
    if (url.ends_with('/')) url.remove_suffix(1);
    std::string_view host = url;
    std::string_view port;
    const auto bracket = url.find(']');
    const auto colon = url.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        host = url.substr(0, colon);
        port = url.substr(colon + 1);
        const auto end = std::from_chars(port.data(), port.data() + port.size(), config.port);
        if (end.ec != std::errc{} || end.ptr != port.data() + port.size() || config.port == 0) return false;
    }
    if (host.empty() || host.find_first_of("/?#@ ") != std::string_view::npos) return false;
    config.host = host;
    return true;
}

void read_tls(config::Table& table, Config& config)
{
    config.ca = table.text("ca");
    config.certificate = table.text("certificate");
    config.key = table.text("key");
    if (config.certificate.empty() != config.key.empty())
        table.issue(config.certificate.empty() ? "key" : "certificate",
                    "certificate and key belong together: give both or none");
    const bool any = !config.ca.empty() || !config.certificate.empty();
    if (any && !config.tls && !config.host.empty())
        table.issue("url", "ca and certificate have no effect on mqtt://; use mqtts://");
}

} // namespace

Config read_config(config::Table& table)
{
    Config config;
    const auto url = table.required_text("url");
    if (!url.empty() && !read_url(url, config))
        table.issue(
            "url", "not a broker address; write mqtt://HOST:1883 or mqtts://HOST:8883, without user or path");
    config.username = table.text("username");
    config.password = table.secret("password").value_or(base::Secret{});
    read_tls(table, config);
    const auto version = table.one_of("version", {"auto", "5", "3"}, "auto");
    config.version = version == "5" ? Version::v5 : version == "3" ? Version::v3 : Version::automatic;
    config.client_id = table.text("client_id");
    if (config.client_id.size() > 128) table.issue("client_id", "longer than 128 bytes");
    using std::chrono::seconds;
    config.keepalive = std::chrono::duration_cast<seconds>(
        table.duration("keepalive", seconds(60), seconds(5), seconds(1200)));
    config.window = static_cast<std::size_t>(table.integer("window", 256, 1, 1000));
    config.rate_max = table.number("rate_max", 0, 0, 100'000);
    config.allowed_operators = table.texts("allowed_operators");
    config.retain = table.flag("retain", true);
    config.will_delay = std::chrono::duration_cast<seconds>(
        table.duration("will_delay", seconds(30), seconds(0), seconds(3600)));
    return config;
}

std::string client_id_of(const Config& config, const model::Names& names)
{
    return config.client_id.empty() ? "gh-" + names.site + "-" + names.gateway : config.client_id;
}

} // namespace gatehouse::mqtt
