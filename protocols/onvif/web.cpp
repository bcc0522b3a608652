#include "protocols/onvif/web.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace gatehouse::onvif {

using namespace std::chrono_literals;

namespace {

constexpr auto beyond_pull = 10s; // sheet §5
constexpr std::size_t path_max = 2048;

// What may stand in the first line of a request.
bool is_sound(std::string_view path)
{
    return path.starts_with('/') && path.size() <= path_max &&
           std::all_of(path.begin(), path.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// Of an address that is no URI but looks like one: devices forget to encode.
std::string path_by_hand(std::string_view address)
{
    const auto scheme = address.find("://");
    const auto from = address.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    return from == std::string_view::npos ? std::string() : std::string(address.substr(from));
}

} // namespace

Web::Web(const Config& config, const device::DriverContext& context)
    : config_(config), context_(context),
      guard_(net::HttpClientOptions().auth_backoff, net::HttpClientOptions().auth_backoff_max)
{
}

Place Web::place_of(std::string_view address) const
{
    Place place;
    place.port = config_.target.port;
    place.tls = config_.target.tls;
    const auto parsed = boost::urls::parse_uri(boost::urls::string_view(address.data(), address.size()));
    if (parsed) {
        place.path = std::string(parsed->encoded_path());
        if (parsed->has_query()) place.path += '?' + std::string(parsed->encoded_query());
        const bool ours = parsed->host_address() == config_.target.host && parsed->has_port();
        if (ours && parsed->port_number() != 0) {
            place.port = parsed->port_number();
            place.tls = parsed->scheme() == "https";
        }
    }
    if (!is_sound(place.path)) place.path = path_by_hand(address);
    if (!is_sound(place.path)) place.path = config_.path;
    return place;
}

net::HttpClient& Web::client(const Place& place, bool login, bool patient)
{
    const Key key{place.port, place.tls, login, patient};
    auto& kept = clients_[key];
    if (kept) return *kept;
    net::HttpClientOptions options;
    options.target = config_.target;
    options.target.port = place.port;
    options.target.tls = place.tls;
    if (login) {
        options.username = config_.username;
        options.password = config_.password;
        options.guard = &guard_;
    }
    options.request_timeout = patient ? config_.pull + beyond_pull : config_.request_max;
    options.connect_timeout = std::min<milliseconds>(options.connect_timeout, config_.request_max / 2);
    options.body_max = 4U * 1024 * 1024;
    kept = std::make_unique<net::HttpClient>(context_.connector, context_.clock, context_.random,
                                             std::move(options));
    return *kept;
}

} // namespace gatehouse::onvif
