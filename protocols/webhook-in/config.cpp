#include "protocols/webhook-in/config.hpp"

#include "protocols/webhook-in/encodings.hpp"
#include "protocols/wire/base64.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace gatehouse::webhook_in {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t secret_size_usual = 16;

Auth read_auth(config::Table& table)
{
    const auto word = table.one_of("auth", {"hmac", "bearer", "basic", "url", "address"}, "hmac");
    if (word == "bearer") return Auth::bearer;
    if (word == "basic") return Auth::basic;
    if (word == "url") return Auth::url;
    return word == "address" ? Auth::address : Auth::hmac;
}

// The key as bytes; `encoding` says how it is written.
base::Secret decoded(const base::Secret& written, const std::string& encoding, config::Table& table)
{
    constexpr std::string_view standard_webhooks = "whsec_";
    std::string_view text = written.expose();
    if (encoding == "text" || text.empty()) return written;
    if (text.starts_with(standard_webhooks)) text.remove_prefix(standard_webhooks.size());
    auto bytes = encoding == "hex" ? from_hex(text) : wire::from_base64(text);
    if (!bytes) table.issue("secret_encoding", "the password is not written in " + encoding);
    return base::Secret(bytes.value_or(""));
}

void check_over(const SignatureRules& rules, config::Table& table)
{
    for (const auto* place : {"{timestamp}", "{body}"})
        if (rules.over.find(place) == std::string::npos)
            table.issue("over", fmt::format("has no {}; without it a post could be {}", place,
                                            std::string_view(place) == "{body}" ? "changed" : "repeated"));
}

void read_signature(config::Table table, Config& config)
{
    auto& rules = config.auth.signature;
    rules.header = table.text("header", rules.header);
    rules.prefix = table.text("prefix", rules.prefix);
    rules.base64 = table.one_of("encoding", {"hex", "base64"}, "hex") == "base64";
    rules.timestamp_header = table.text("timestamp_header", rules.timestamp_header);
    rules.over = table.text("over", rules.over);
    rules.window = table.duration("window", rules.window, 10s, 1h);
    const auto encoding = table.one_of("secret_encoding", {"text", "hex", "base64"}, "text");
    config.auth.secret = decoded(config.auth.secret, encoding, table);
    check_over(rules, table);
    table.finish();
}

void read_credentials(const config::DeviceConfig& device, config::Table& table, Config& config)
{
    config.auth.auth = read_auth(table);
    config.auth.username = device.username;
    config.auth.secret = device.password;
    const auto auth = config.auth.auth;
    if (auth == Auth::hmac) read_signature(table.table("signature"), config);
    if (auth == Auth::basic && device.username.empty())
        table.issue("username", "is missing: auth = \"basic\" needs the name that the device sends");
    if (auth == Auth::address) {
        table.warning("auth", "whoever can take the device's address may open gates in its name; better "
                              "\"hmac\", \"bearer\", \"basic\" or \"url\" where the device can");
        if (config.host.empty())
            table.issue("address",
                        "is missing: with auth = \"address\" it is all that tells whose post it is");
        return;
    }
    if (!table.has("password"))
        table.issue("password", "is missing: the secret that the device shares with us");
    else if (!device.password.empty() && device.password.expose().size() < secret_size_usual)
        table.warning("password", "is short for a secret; better 16 characters and more");
}

void read_address(const std::string& address, Config& config, config::Table& table)
{
    if (address.empty()) return;
    const auto parsed = boost::urls::parse_uri(address);
    if (!parsed || parsed->host().empty())
        table.issue("address", "not where the device's posts come from; write http://192.0.2.77");
    else
        config.host = parsed->host_address();
}

void read_reply(config::Table table, ReplyConfig& reply)
{
    reply.status = static_cast<unsigned>(table.integer("status", reply.status, 200, 299));
    reply.content_type = table.text("content_type", reply.content_type);
    reply.body = table.text("body", reply.body);
    if (reply.content_type.find_first_of("\r\n") != std::string::npos)
        table.issue("content_type", "has a line end");
    table.finish();
}

} // namespace

Config read_config(const config::DeviceConfig& device, config::Table& table, std::chrono::minutes utc_offset)
{
    Config config;
    config.id = device.id;
    read_address(device.address, config, table);
    config.push_from = table.texts("push_from");
    read_credentials(device, table, config);
    read_reply(table.table("reply"), config.reply);
    config.silent_after = table.duration("silent_after", config.silent_after, 0s, 48h);
    if (config.silent_after > 0s && config.silent_after < 5s)
        table.issue("silent_after",
                    "is shorter than 5s; right would be two or three heartbeats, or 0: never");
    config.live_max = table.duration("live_max", config.live_max, 3s, 1min);
    config.arrival_is_live = table.one_of("live", {"time", "arrival"}, "time") == "arrival";
    config.clock_offset_max = table.duration("clock_offset_max", config.clock_offset_max, 500ms, 1h);
    config.mapping = read_mapping(table, utc_offset);
    return config;
}

} // namespace gatehouse::webhook_in
