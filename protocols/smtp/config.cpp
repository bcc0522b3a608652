#include "protocols/smtp/config.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace gatehouse::smtp {
namespace {

// Above what one DATA is meant for; a list of the server's own serves more.
constexpr std::size_t recipients_max = 50;

void read_target(config::Table& table, base::Target& target)
{
    const auto url = table.required_text("url");
    if (url.empty()) return;
    const auto parsed = boost::urls::parse_uri(url);
    const bool good = parsed && (parsed->scheme() == "smtps" || parsed->scheme() == "smtp") &&
                      !parsed->host().empty() && !parsed->has_userinfo() && !parsed->has_query() &&
                      (parsed->path().empty() || parsed->path() == "/");
    if (!good)
        return table.issue("url", "is no mail server; right would be smtps://HOST:465 or smtp://HOST:587, "
                                  "without user name and path");
    target.tls = parsed->scheme() == "smtps";
    target.host = parsed->host_address();
    target.port = parsed->has_port() ? parsed->port_number() : (target.tls ? 465 : 587);
}

} // namespace

Config read_config(config::Table& table)
{
    Config config;
    read_target(table, config.target);
    config.target.ca_file = table.text("ca");
    config.username = table.text("username");
    config.password = table.secret("password").value_or(base::Secret{});
    if (config.username.empty() != !table.has("password"))
        table.issue(config.username.empty() ? "username" : "password",
                    "username and password belong together: give both or none");
    config.envelope.from = table.required_text("from");
    if (!config.envelope.from.empty() && !is_address(config.envelope.from))
        table.issue("from", "is no mail address; right would be NAME@DOMAIN");
    config.envelope.to = table.texts("to");
    if (config.envelope.to.empty() || config.envelope.to.size() > recipients_max)
        table.issue("to", "right would be 1 to " + std::to_string(recipients_max) + " addresses");
    for (const auto& address : config.envelope.to)
        if (!is_address(address)) table.issue("to", "\"" + address + "\" is no mail address");
    return config;
}

} // namespace gatehouse::smtp
